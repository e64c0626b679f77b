/** Hands a file to the browser's download. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** The drawn chart with its title above, at twice the size. */
export async function chartPng(
  chart: HTMLCanvasElement,
  title: string,
  caption: string,
): Promise<Blob | null> {
  const style = getComputedStyle(document.documentElement)
  const ratio = chart.width / chart.clientWidth
  const head = 48 * ratio
  const canvas = document.createElement('canvas')
  canvas.width = chart.width
  canvas.height = chart.height + head
  const context = canvas.getContext('2d')
  if (context === null) return null
  context.fillStyle = style.getPropertyValue('--panel')
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = style.getPropertyValue('--text')
  context.font = `600 ${14 * ratio}px "Inter Variable", sans-serif`
  context.fillText(title, 10 * ratio, 20 * ratio)
  context.fillStyle = style.getPropertyValue('--muted')
  context.font = `400 ${12 * ratio}px "Inter Variable", sans-serif`
  context.fillText(caption, 10 * ratio, 38 * ratio)
  context.drawImage(chart, 0, head)
  return new Promise(resolve => canvas.toBlob(resolve, 'image/png'))
}
