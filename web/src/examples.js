// Creates a tab for each file in `examples/`, in alphabetical order. The variables of `x.graphql` are in
// `x.json`.

const queries = import.meta.glob('../examples/*.graphql', { eager: true, query: '?raw', import: 'default' });
const variables = import.meta.glob('../examples/*.json', { eager: true, query: '?raw', import: 'default' });

export const examples = Object.keys(queries)
  .sort()
  .map((path) => ({
    query: queries[path],
    variables: variables[path.replace('.graphql', '.json')] ?? null,
  }));
