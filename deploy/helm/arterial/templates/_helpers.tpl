{{- define "arterial.labels" -}}
app.kubernetes.io/name: arterial
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "arterial.selector" -}}
app.kubernetes.io/name: arterial
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{/* Nothing but /data and /tmp is written, and no right is needed. */}}
{{- define "arterial.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* The container of a role, but for its arguments and folders. */}}
{{- define "arterial.container" -}}
image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag }}"
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
env:
  - { name: ARTERIAL_CONFIG, value: /etc/arterial/arterial.yaml }
  - { name: ARTERIAL_SERVER_HOST, value: 0.0.0.0 }
  - { name: ARTERIAL_SERVER_PORT, value: "8080" }
  - { name: ARTERIAL_LOG_FORMAT, value: json }
envFrom:
  - secretRef: { name: {{ .root.Values.secretName }} }
ports:
  - { name: http, containerPort: 8080 }
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
# A start after a crash may read the log again for minutes; it answers /healthz all the while.
startupProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 2
  failureThreshold: 150
livenessProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 30
  timeoutSeconds: 10
readinessProbe:
  httpGet: { path: /readyz, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}
