// Narrows the list of pages to those whose place and question hold every word typed. Without it the whole list is shown.
(function () {
  "use strict";
  var form = document.getElementById("search"), field = document.getElementById("words"), said = document.getElementById("found");
  var list = document.getElementById("places"), titles = JSON.parse(list.dataset.titles);
  function folded(text) { return text.normalize("NFKC").toLowerCase(); }
  var places = Array.from(list.children).map(function (item) {
    var links = Array.from(item.querySelectorAll("li")).map(function (page) {
      var name = page.dataset.n;
      return {page: page, text: folded(name + " " + page.textContent + " " + (titles[name] || "")), shown: true};
    });
    var fold = item.querySelector("details");
    return {item: item, fold: fold, open: fold ? fold.open : true, links: links, shown: true,
            text: folded(item.id.slice(3) + " " + item.dataset.n + " " + item.querySelector(".place").textContent)};
  });
  function show(thing, element, yes) {
    if (thing.shown !== yes) { thing.shown = yes; element.hidden = !yes; }
  }
  function unfolded(place, yes) {
    if (place.fold.open !== yes) place.fold.open = yes;
  }
  function narrow() {
    var words = folded(field.value).split(/\s+/).filter(Boolean), pages = 0, hits = [];
    list.hidden = true;  // and laid out so: a browser takes seconds to take thousands of items out one by one
    void list.offsetHeight;
    places.forEach(function (place) {
      var rest = words.filter(function (word) { return place.text.indexOf(word) < 0; }), any = 0;
      place.links.forEach(function (link) {
        var yes = rest.every(function (word) { return link.text.indexOf(word) >= 0; });
        show(link, link.page, yes);
        any += yes;
      });
      if (any) hits.push(place);
      pages += any;
      show(place, place.item, any > 0);
    });
    var few = words.length && hits.length <= 20;
    places.forEach(function (place) {
      if (place.fold && place.shown) unfolded(place, few || place.open);
    });
    list.hidden = false;
    said.textContent = words.length ? said.dataset.said.replace("{pages}", pages).replace("{places}", hits.length) : "";
  }
  field.addEventListener("input", narrow);
  field.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { field.value = ""; narrow(); }
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var first = Array.from(list.querySelectorAll("li a")).find(function (link) { return link.checkVisibility(); });
    if (first) first.focus();
  });
  // What is out of sight is not laid out, but for those who go by the Tab key: to find the next link, a browser would lay out
  // thousands of items one by one, which takes it half a minute.
  list.classList.add("lazy");
  addEventListener("keydown", function (event) {
    if (event.key === "Tab") list.classList.remove("lazy");
  });
  form.hidden = false;
  if (field.value) narrow();
  function unfold() {  // a page links to its place here, which may be folded
    var at = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var fold = at && at.querySelector("details");
    if (fold) fold.open = true;
  }
  addEventListener("hashchange", unfold);
  unfold();
})();
