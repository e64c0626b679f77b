/** The name of the meta element by which the page is told that it stands at the public address, and of which city. */
export const PUBLIC_META = 'arterial-public'
