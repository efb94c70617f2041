// Where the specs get a daemon from. The stand-in serves unless PREMURA_WEB_SERVER names another module that exports
// startServer() and gives the same:
//
//   url               where the desk is
//   people            { anna, marco: agents, lucia: agent, lead and ops }, each { user, password, name, language }: it, en, en
//   expects           at least five open calls, best first: { task, why, name, masked, phone } each
//   raiseCall(wish)   raises a call of another customer; its task. `wish`: { score, priority, rule, ... } as stand_in/made_up.mjs
//   closeCall(task)   its parcel arrives: the call is withdrawn
//   stop()
//
// and, where it can (what needs one of these is skipped without):
//   story             of the first call: { done, offer, language, told_us } as the page says them in English
//   madeUp            true: figures, incidents and stories are those of stand_in/
//   explain(order), orderOf(task): what GET /v1/orders/{id}/explanation answers, so that it is premurad itself
//   expireClaim(task), keepPromises(task), leaseSeconds(n), sessionSeconds(n), endSessions(), writes(), breaches()
import path from "node:path";
import { pathToFileURL } from "node:url";

export async function startServer() {
  const other = process.env.PREMURA_WEB_SERVER;
  const module = await import(other ? pathToFileURL(path.resolve(other)).href : "./stand_in/server.mjs");
  return module.startServer();
}
