/// <reference types="vite/client" />
import 'vue-router';

declare module 'vue-router' {
  interface RouteMeta {
    /** Catalogue keys of the breadcrumb, outermost first; the page may add a name behind them. */
    crumbs?: readonly string[];
    /** Opens without a session: sign-in and the first-owner link. */
    open?: boolean;
    /** Records with the same key keep their page mounted. */
    pageKey?: string;
  }
}
