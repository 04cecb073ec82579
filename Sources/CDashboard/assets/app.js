// The page: what is shown for which address, and what is told to whom.

import { Frame } from './frame.js';
import { fill } from './dom.js';
import { Login } from './login.js';
import { Overview } from './overview.js';
import { RoutePage } from './route-page.js';
import { Store } from './store.js';

/** After this long out of sight a tab listens no more. */
const HIDDEN_MS = 30000;

/** Shows one page at a time: each has `node`, `start`, `heard`, `end`, `title` and `followed`. */
class App {
  constructor() {
    this.store = new Store();
    this.main = document.getElementById('main');
    this.frame = new Frame(this.store, {
      onTheme: () => this.page?.redraw?.(), onSignOut: () => this.signOut(),
    });
    this.store.listen((what, value) => this.heard(what, value));
    window.addEventListener('hashchange', () => this.go());
    document.addEventListener('visibilitychange', () => this.turned());
    // A page that is left may be kept for coming back, and its connections with it.
    window.addEventListener('pagehide', () => this.store.rest());
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) this.store.wake();
    });
    this.go();
  }

  /** A tab that nobody sees keeps no stream: browsers give a host only a few connections. */
  turned() {
    clearTimeout(this.hidden);
    if (document.hidden) this.hidden = setTimeout(() => this.store.rest(), HIDDEN_MS);
    else this.store.wake();
  }

  /** The page for an address. */
  pageFor(hash) {
    const name = hash.match(/^#\/route\/([^/?]+)/)?.[1];
    if (name === undefined) return new Overview(this.store);
    let route = name;
    try {
      route = decodeURIComponent(name);
    } catch {
      // As it stands there, then: it is no route's name.
    }
    return new RoutePage(this.store, route, this.frame);
  }

  go() {
    const page = this.pageFor(location.hash);
    this.show(page);
    this.store.follow(page.followed);
  }

  show(page) {
    const isFirst = !this.page;
    this.page?.end();
    this.page = page;
    fill(this.main, page.node);
    document.title = `${page.title} · Sluice`;
    page.start();
    if (!isFirst && page.followed !== undefined) {
      window.scrollTo(0, 0);
      this.main.focus({ preventScroll: true });
    }
  }

  heard(what, value) {
    this.frame.heard(what, value);
    if (what === 'connection' && this.store.isLoginNeeded) {
      this.login();
      return;
    }
    this.page.heard(what, value);
    if (what === 'snapshot') document.documentElement.dataset.at = value.at_ms;
  }

  login() {
    if (this.page instanceof Login) return;
    this.show(new Login((caller) => {
      this.store.caller = caller;
      this.go();
    }));
  }

  signOut() {
    this.store.stream.stop();
    location.reload();
  }
}

new App();
