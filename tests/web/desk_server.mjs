// Where the specs get a daemon from. The stand-in serves unless PREMURA_WEB_SERVER names another module that exports
// startServer() and gives the same:
//
//   url               where the desk is
//   people            { anna, marco: agents, lucia: agent, lead and ops }, each { user, password, name, language }
//   raiseCall(wish)   raises a call of another customer; its task. `wish`: { score, priority, rule, ... } as stand_in/made_up.mjs
//   closeCall(task)   its parcel arrives: the call is withdrawn
//   stop()
//
// and, where it can (specs that need one of these are skipped without):
//   expireClaim(task), keepPromises(task), leaseSeconds(n), sessionSeconds(n), endSessions(), claimedBy(task), writes(), breaches()
import path from "node:path";
import { pathToFileURL } from "node:url";

export async function startServer() {
  const other = process.env.PREMURA_WEB_SERVER;
  const module = await import(other ? pathToFileURL(path.resolve(other)).href : "./stand_in/server.mjs");
  return module.startServer();
}
