/**
 * Runs on the customer's phone: says that the page is really looked at, counts the seconds while it is in sight,
 * and takes the visitor on when the material stands elsewhere. Plain JavaScript, because old phones read it too.
 */
export const readerScript = `(function () {
  var tag = document.getElementById('reader');
  if (!tag) return;
  var token = tag.getAttribute('data-token');
  var visit = tag.getAttribute('data-visit');
  var goes = tag.getAttribute('data-goes');
  var seconds = 0;
  var said = -1;
  function say(done) {
    if (seconds === said) return;
    said = seconds;
    var body = JSON.stringify({ visit: visit, seconds: seconds });
    var address = '/m/' + token + '/reading';
    fetch(address, {
      method: 'POST', body: body, keepalive: true, headers: { 'Content-Type': 'application/json' }
    }).then(done, done);
  }
  function nothing() {}
  if (goes) {
    var gone = false;
    var go = function () { if (!gone) { gone = true; location.replace(goes); } };
    setTimeout(go, 1500);
    say(go);
    return;
  }
  say(nothing);
  setInterval(function () {
    if (document.visibilityState !== 'visible') return;
    seconds += 1;
    if (seconds === 3 || seconds % 10 === 0) say(nothing);
  }, 1000);
  document.addEventListener('visibilitychange', function () {
    if (document.visibilityState === 'hidden') say(nothing);
  });
})();
`;
