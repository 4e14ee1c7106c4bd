// Security keys: say in words what went wrong, in the page rather than in the console.
(() => {
  'use strict';
  const place = document.getElementById('key-problem');
  if (!place) return;
  const say = (words) => {
    place.textContent = words;
    place.hidden = false;
  };
  const unable = !window.PublicKeyCredential || /^[\d.]+$|:/.test(window.location.hostname);
  if (unable) say(place.dataset.unable);
  document.addEventListener('allauth.error', (event) => {
    event.preventDefault();
    say(unable ? place.dataset.unable : place.dataset.refused);
  });
})();
