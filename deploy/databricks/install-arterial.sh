#!/usr/bin/env bash
# Init script of the cluster: Arterial and its Node on every machine, from arterial.tgz beside this script.
# Make that once, where the npm registry is reached: npm ci --omit=dev && tar czf arterial.tgz --exclude=.git .
set -euo pipefail
mkdir -p /opt/arterial/program
tar xzf "$(dirname "$0")/arterial.tgz" -C /opt/arterial/program
cat > /opt/arterial/arterial <<'END'
#!/usr/bin/env bash
program=/opt/arterial/program
exec "$program/node_modules/.bin/node" --disable-warning=ExperimentalWarning "$program/src/app/cli/main.ts" "$@"
END
chmod +x /opt/arterial/arterial
