// Prints requests with tokens that jose made, and with those that it refuses to make.

import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { CompactSign, EncryptJWT, GeneralSign, FlattenedSign, SignJWT, UnsecuredJWT, exportJWK } from "jose";

const keys = process.argv[2];
const read = (name) => readFileSync(`${keys}/${name}`);
const secret = read("secret.txt");
const now = Math.floor(Date.now() / 1000);
const invalid = 'Bearer error="invalid_token"';
const names = { RS256: "rsa", PS256: "rsa", ES256: "ec", ES384: "ec384", EdDSA: "ed" };
const algorithms = ["HS256", "HS384", "HS512", ...Object.keys(names)];
const good = { sub: "alice", iss: "https://issuer.example", aud: "shop", iat: now, nbf: now, exp: now + 3600 };

const privateKey = (algorithm) => (names[algorithm] ? createPrivateKey(read(`${names[algorithm]}.pem`)) : secret);
const publicPem = (algorithm) => read(`${names[algorithm]}.pub.pem`);
const line = (what, path, headers, status, challenge) =>
    console.log(JSON.stringify({ what, path, headers, status, challenge }));
const accepted = (what, path, token) => line(what, path, [`authorization: Bearer ${token}`], 200, null);
const rejected = (what, path, token) => line(what, path, [`authorization: Bearer ${token}`], 401, invalid);
const encoded = (part) => Buffer.from(typeof part === "string" || Buffer.isBuffer(part) ? part : JSON.stringify(part)).toString("base64url");
const signed = (claims, header = {}, key = secret) =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256", ...header }).sign(key);
const without = (...absent) => Object.fromEntries(Object.entries(good).filter(([name]) => !absent.includes(name)));

// Signs any header and any claims with HMAC.
const raw = (header, claims, key = secret) => {
    const message = `${encoded(header)}.${encoded(claims)}`;
    return `${message}.${createHmac("sha256", key).update(message).digest("base64url")}`;
};

for (const alg of algorithms) {
    const token = await new SignJWT(good).setProtectedHeader({ alg, typ: "JWT" }).sign(privateKey(alg));
    accepted(`valid ${alg}`, `/${alg}`, token);
    const [head, claims, signature] = token.split(".");
    rejected(`${alg} stripped of its signature`, `/${alg}`, `${head}.${claims}.`);
    rejected(`${alg} with the claims of another`, `/${alg}`, `${head}.${encoded({ ...good, sub: "eve" })}.${signature}`);
    rejected(`unsecured, for ${alg}`, `/${alg}`, new UnsecuredJWT(good).encode());
    rejected(`unsecured, with the signature of ${alg}`, `/${alg}`, new UnsecuredJWT(good).encode() + signature);
    if (!names[alg]) continue;
    for (const form of ["pem", "der", "jwk"]) {
        const key = createPublicKey(publicPem(alg));
        const bytes = form === "jwk" ? JSON.stringify(await exportJWK(key)) : key.export({ type: "spki", format: form });
        rejected(`HS256 with the public key of ${alg} as ${form}`, `/${alg}`, raw({ alg: "HS256", typ: "JWT" }, good, bytes));
    }
}

// Other algorithms and keys.
for (const [alg, type, options] of [
    ["RS256", "rsa", { modulusLength: 2048 }], ["PS256", "rsa", { modulusLength: 2048 }], ["ES256", "ec", { namedCurve: "P-256" }],
    ["ES384", "ec", { namedCurve: "P-384" }], ["EdDSA", "ed25519", {}],
]) {
    const own = generateKeyPairSync(type, options);
    const jwk = await exportJWK(own.publicKey);
    const sign = (header) => new SignJWT(good).setProtectedHeader({ alg, ...header }).sign(own.privateKey);
    rejected(`${alg} with another key`, `/${alg}`, await sign({}));
    rejected(`${alg} with another key in jwk`, `/${alg}`, await sign({ jwk }));
    rejected(`${alg} with another key at jku`, `/${alg}`, await sign({ jku: "http://127.0.0.1:1/", kid: "own" }));
    rejected(`${alg} with another key at x5u`, `/${alg}`, await sign({ x5u: "http://127.0.0.1:1/" }));
    rejected(`${alg} with another key in x5c`, `/${alg}`, await sign({ x5c: [own.publicKey.export({ type: "spki", format: "der" }).toString("base64")] }));
}
for (const [alg, path] of [["RS384", "/RS256"], ["RS512", "/RS256"], ["PS384", "/PS256"], ["PS512", "/PS256"], ["RS256", "/PS256"], ["PS256", "/RS256"]]) {
    rejected(`${alg} for ${path}`, path, await new SignJWT(good).setProtectedHeader({ alg }).sign(createPrivateKey(read("rsa.pem"))));
}
for (const [alg, path] of [["HS384", "/HS256"], ["HS512", "/HS256"], ["HS256", "/HS512"], ["HS256", "/RS256"], ["HS256", "/EdDSA"]]) {
    rejected(`${alg} for ${path}`, path, await signed(good, { alg }));
}
const message = `${encoded({ alg: "ES256" })}.${encoded(good)}`;
rejected("ES256 as DER", "/ES256", `${message}.${sign("sha256", Buffer.from(message), privateKey("ES256")).toString("base64url")}`);

// What a token says about its key and its form.
accepted("kid new", "/several", await signed(good, { kid: "new" }));
accepted("kid old", "/several", await signed(good, { alg: "RS256", kid: "old" }, privateKey("RS256")));
for (const kid of ["", "none", "old", "../new", "new\u0000", "__proto__", "constructor", "new' --", "*"]) {
    rejected(`kid ${JSON.stringify(kid)}`, "/several", await signed(good, { kid }));
}
const text = new TextEncoder();
const claims = text.encode(JSON.stringify(good));
const unencoded = new CompactSign(claims).setProtectedHeader({ alg: "HS256", b64: true, crit: ["b64"] });
rejected("b64 true and critical", "/HS256", await unencoded.sign(secret));
const custom = new CompactSign(claims).setProtectedHeader({ alg: "HS256", crit: ["own"], own: 1 });
rejected("a critical extension", "/HS256", await custom.sign(secret, { crit: { own: true } }));
const detached = await new FlattenedSign(claims).setProtectedHeader({ alg: "HS256", b64: false, crit: ["b64"] }).sign(secret);
rejected("claims outside the token", "/HS256", `${detached.protected}..${detached.signature}`);
rejected("claims outside, sent encoded", "/HS256", `${detached.protected}.${encoded(good)}.${detached.signature}`);
const json = await new GeneralSign(claims).addSignature(secret).setProtectedHeader({ alg: "HS256" }).sign(secret);
rejected("as JSON", "/HS256", JSON.stringify(json));
rejected("as flattened JSON", "/HS256", JSON.stringify(await new FlattenedSign(claims).setProtectedHeader({ alg: "HS256" }).sign(secret)));
for (const [alg, enc, length] of [["dir", "A256GCM", 32], ["A256KW", "A256GCM", 32], ["dir", "A128CBC-HS256", 32]]) {
    const sealed = new EncryptJWT(good).setProtectedHeader({ alg, enc });
    rejected(`encrypted, ${alg} ${enc}`, "/HS256", await sealed.encrypt(secret.subarray(0, length)));
}
const inner = await signed(good);
rejected("a token in a token", "/HS256", await new CompactSign(text.encode(inner)).setProtectedHeader({ alg: "HS256", cty: "JWT" }).sign(secret));
rejected("claims that say they are a token", "/HS256", await signed(good, { cty: "JWT" }));
accepted("typ at+jwt", "/typed", await signed(good, { typ: "at+jwt" }));
accepted("typ application/at+jwt", "/typed", await signed(good, { typ: "application/at+jwt" }));
for (const typ of ["JWT", "id+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", undefined]) {
    rejected(`typ ${typ}`, "/typed", await signed(good, { typ }));
}

// Claims.
const builder = (change) => change(new SignJWT(good)).setProtectedHeader({ alg: "HS256" }).sign(secret);
accepted("two hours", "/HS256", await builder((jwt) => jwt.setExpirationTime("2h")));
accepted("several audiences", "/HS256", await builder((jwt) => jwt.setAudience(["other", "shop"])));
rejected("expired", "/HS256", await builder((jwt) => jwt.setExpirationTime("-1m")));
rejected("not before", "/HS256", await builder((jwt) => jwt.setNotBefore("1h")));
rejected("issued later", "/HS256", await builder((jwt) => jwt.setIssuedAt("1h")));
rejected("another issuer", "/HS256", await builder((jwt) => jwt.setIssuer("https://issuer.example/")));
rejected("another audience", "/HS256", await builder((jwt) => jwt.setAudience("other")));
rejected("several other audiences", "/HS256", await builder((jwt) => jwt.setAudience(["other", "shop/"])));
for (const name of ["exp", "iss", "aud", "sub"]) {
    rejected(`no ${name}`, "/HS256", await signed(without(name)));
}
for (const exp of [`${now + 60}`, -1, 2 ** 63, 1e21, 0.5]) {
    rejected(`exp ${JSON.stringify(exp)}`, "/HS256", raw({ alg: "HS256" }, { ...good, exp }));
}
for (const name of ["exp", "nbf", "iat", "iss", "aud"]) {
    for (const value of [null, true, {}, []]) {
        rejected(`${name} ${JSON.stringify(value)}`, "/HS256", raw({ alg: "HS256" }, { ...good, [name]: value }));
    }
}
const token = await signed(good);
rejected("padded", "/HS256", token.split(".").map((part) => part + "=".repeat(-part.length & 3)).join("."));
rejected("five parts", "/HS256", `${token}..`);
rejected("a line feed, encoded", "/HS256", `${token}%0A`);
line("two headers", "/HS256", [`authorization: Bearer ${token}`, `Authorization: Bearer ${token}`], 401, "Bearer");
line("DPoP", "/HS256", [`authorization: DPoP ${token}`], 401, "Bearer");
line("bEaReR", "/HS256", [`AUTHORIZATION: bEaReR ${token}`], 200, null);
