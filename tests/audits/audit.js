// Runs every audit of the suite against the server at the URL given. One line an audit, and 1 as the
// exit code when one of them did not pass.
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const audits = serverAudits({ url });
let failed = 0;
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status === "ok") {
    console.log(`ok ${audit.id} ${audit.name}`);
  } else {
    failed += 1;
    console.log(`${result.status} ${audit.id} ${audit.name}: ${result.reason}`);
  }
}
console.log(`${audits.length - failed} of ${audits.length} audits pass`);
process.exitCode = failed === 0 ? 0 : 1;
