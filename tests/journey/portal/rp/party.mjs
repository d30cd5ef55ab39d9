// A relying party by openid-client. Says an address on one line, reads where the browser came back to, says what it learned.
import * as oidc from 'openid-client'
import { createInterface } from 'node:readline'

const [issuer, clientId, secret, back] = process.argv.slice(2)
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (value) => console.log(JSON.stringify(value))

const config = await oidc.discovery(new URL(issuer), clientId, secret, oidc.ClientSecretBasic(secret), {
  execute: [oidc.allowInsecureRequests], // loopback; everything else is checked as ever
})
const verifier = oidc.randomPKCECodeVerifier()
const [state, nonce] = [oidc.randomState(), oidc.randomNonce()]
say({
  address: oidc.buildAuthorizationUrl(config, {
    redirect_uri: back,
    scope: 'openid profile',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    max_age: '3600',
  }).href,
})
const came = new URL((await lines.next()).value)
const tokens = await oidc.authorizationCodeGrant(config, came, {
  pkceCodeVerifier: verifier,
  expectedState: state,
  expectedNonce: nonce,
  maxAge: 3600,
  idTokenExpected: true,
})
const claims = tokens.claims()
const told = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
const again = await oidc.refreshTokenGrant(config, tokens.refresh_token)
say({ claims, told, again: again.claims(), leave: oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token }).href })
process.exit(0)
