// The page: GraphiQL on this server's endpoint, with the examples in its tabs.

import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { examples } from './examples.js';

// Relative to the page, so that it works behind a proxy that serves it under a path of its own.
const fetcher = createGraphiQLFetcher({ url: new URL('graphql', document.baseURI).href });
const plugins = [explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];

createRoot(document.getElementById('playground')).render(
  <GraphiQL fetcher={fetcher} plugins={plugins} defaultTabs={examples} defaultEditorToolsVisibility="variables">
    <GraphiQL.Logo>
      <span className="logo">oms</span>
    </GraphiQL.Logo>
  </GraphiQL>,
);
