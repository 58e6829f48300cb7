/** How a viewer came, as the page's address tells: `/watch?session=…&channel=poster&region=450100`. */

const forms = {
  channel: /^(share|poster|code|reminder|recommendation|search|site)$/,
  // GB/T 2260: six digits that begin with the number of a province.
  region: /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}$/,
};

/** Who followed a link with a mistake in it comes in all the same: what the server wouldn't take is left out. */
export function arrival() {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries([...given].filter(([name, value]) => forms[name]?.test(value)));
}
