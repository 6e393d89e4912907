// A certified OpenID provider (panva's oidc-provider) with people who sign in without being asked: GET /as/SUBJECT says who is next.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const { port, redirectUri, clientId, clientSecret, people, notForUs } = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${port}`;
const key = (kind, options, more) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }), use: "sig", ...more });
let next = Object.keys(people)[0];

const client = (id, alg) => ({
  client_id: id, client_secret: clientSecret, redirect_uris: [redirectUri],
  response_types: ["code"], grant_types: ["authorization_code"], id_token_signed_response_alg: alg,
});

const provider = new Provider(issuer, {
  clients: [client(clientId, "ES256"), client(notForUs, "HS256")],
  cookies: { keys: ["a key of the test"] },
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  jwks: { keys: [key("ec", { namedCurve: "P-256" }, { alg: "ES256", kid: "ec" }), key("rsa", { modulusLength: 2048 }, { alg: "RS256", kid: "rsa" })] },
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256", "HS256"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
  findAccount: (_, sub) => (people[sub] ? { accountId: sub, claims: () => ({ sub, ...people[sub] }) } : undefined),
});

async function answer(request, response) {
  const { prompt, params, grantId, session } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    const outcome = people[next] ? { login: { accountId: next } } : { error: "access_denied", error_description: "not today" };
    return provider.interactionFinished(request, response, outcome, { mergeWithLastSubmission: false });
  }
  const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

createServer((request, response) => {
  if (request.url.startsWith("/as/")) {
    next = request.url.slice("/as/".length);
    response.end();
  } else if (request.url.startsWith("/interaction/")) {
    answer(request, response).catch((error) => { response.statusCode = 500; response.end(String(error.stack)); });
  } else {
    provider.callback()(request, response);
  }
}).listen(port, "localhost");
