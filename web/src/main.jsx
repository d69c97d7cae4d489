// The playground page: GraphiQL for the endpoint of this server, with the examples in its tabs.

import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';

import { examples } from './examples.js';

// The URL is relative to the page, so that it works behind a proxy with a path prefix.
const fetcher = createGraphiQLFetcher({ url: new URL('graphql', document.baseURI).href });
// GraphiQL takes the query of the first tab from `defaultTabs`, but not its variables. Returning visitors
// have tabs in the local storage.
const firstVariables = localStorage.getItem('graphiql:tabState') ? undefined : examples[0].variables;
// The row of tabs may be wider than the window.
const showTab = () =>
  requestAnimationFrame(() =>
    document.querySelector('[role=tab][aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
  );
const plugins = [explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];

/** Applies changes of the system colour scheme to the editors, which read it only once. */
function SystemColours() {
  const { setTheme } = useGraphiQLActions();
  const chosen = useGraphiQL((state) => state.theme);
  useEffect(() => {
    if (chosen) return undefined;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setTheme(null);
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, [chosen, setTheme]);
  return null;
}

createRoot(document.getElementById('playground')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    defaultTabs={examples}
    onTabChange={showTab}
    initialVariables={firstVariables}
    defaultEditorToolsVisibility="variables"
  >
    <GraphiQL.Logo>oms</GraphiQL.Logo>
    <SystemColours />
  </GraphiQL>,
);
