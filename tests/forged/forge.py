"""Prints requests with tokens that PyJWT made, and with those that it refuses to make."""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import time

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

KEYS = pathlib.Path(sys.argv[1])
SECRET = (KEYS / "secret.txt").read_bytes()
NOW = int(time.time())
INVALID = 'Bearer error="invalid_token"'
ALGORITHMS = {
    "HS256": None, "HS384": None, "HS512": None, "RS256": "rsa", "PS256": "rsa", "ES256": "ec", "ES384": "ec384",
    "EdDSA": "ed",
}
GOOD = {
    "sub": "alice", "iss": "https://issuer.example", "aud": "shop", "iat": NOW, "nbf": NOW, "exp": NOW + 3600,
}


def pem(name):
    return (KEYS / f"{name}.pem").read_bytes()


def private(algorithm):
    name = ALGORITHMS[algorithm]
    return serialization.load_pem_private_key(pem(name), None) if name else SECRET


def line(what, path, headers, status, challenge):
    print(json.dumps({"what": what, "path": path, "headers": headers, "status": status, "challenge": challenge}))


def good(what, path, token):
    line(what, path, [f"authorization: Bearer {token}"], 200, None)


def bad(what, path, token):
    line(what, path, [f"authorization: Bearer {token}"], 401, INVALID)


def encoded(part):
    if not isinstance(part, bytes):
        part = (part if isinstance(part, str) else json.dumps(part)).encode()
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def signature_of(message, algorithm, key):
    if algorithm.startswith("HS"):
        return hmac.new(key, message, {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}[algorithm[2:]]).digest()
    return jwt.get_algorithm_by_name(algorithm).sign(message, key)


def raw(header, claims, algorithm="HS256", key=SECRET):
    """A token whose header and claims can be anything, signed with this algorithm."""
    message = f"{encoded(header)}.{encoded(claims)}"
    return f"{message}.{encoded(signature_of(message.encode(), algorithm, key))}"


def hs256(claims, **header):
    return raw({"alg": "HS256", "typ": "JWT", **header}, claims)


def changed(**claims):
    return {**GOOD, **claims}


def without(*names):
    return {name: value for name, value in GOOD.items() if name not in names}


def text_of(claims):
    return json.dumps(claims)


# What is valid.
for algorithm in ALGORITHMS:
    good(f"valid {algorithm}", f"/{algorithm}", jwt.encode(GOOD, private(algorithm), algorithm=algorithm))
good("valid, several audiences", "/HS256", jwt.encode(changed(aud=["other", "shop"]), SECRET))
good("valid, exp with a fraction", "/HS256", jwt.encode(changed(exp=NOW + 3600.5), SECRET))
good("valid, raw", "/HS256", hs256(GOOD))
good("valid, without iat and nbf", "/HS256", hs256(without("iat", "nbf")))
good("valid, unknown header", "/HS256", hs256(GOOD, extra={"a": [1]}))

# A1: no signature.
for algorithm in ALGORITHMS:
    bad(f"alg none for {algorithm}", f"/{algorithm}", jwt.encode(GOOD, None, algorithm="none"))
    token = jwt.encode(GOOD, private(algorithm), algorithm=algorithm)
    bad(f"{algorithm} stripped of its signature", f"/{algorithm}", token.rsplit(".", 1)[0] + ".")
    flipped = bytes(byte ^ 1 for byte in base64.urlsafe_b64decode(token.rsplit(".", 1)[1] + "=="))
    bad(f"{algorithm} with a changed signature", f"/{algorithm}", f"{token.rsplit('.', 1)[0]}.{encoded(flipped)}")
    head, claims, signature = token.split(".")
    bad(f"{algorithm} with changed claims", f"/{algorithm}", f"{head}.{encoded(changed(sub='eve'))}.{signature}")
for name in ["None", "NONE", "nOnE", "", " none", "none ", "null", "hs256", "HS256 ", "HS1", "RSA"]:
    bad(f"alg {name!r}", "/HS256", f"{encoded({'alg': name})}.{encoded(GOOD)}.")
    bad(f"alg {name!r}, signed", "/HS256", raw({"alg": name}, GOOD))
for value in [None, 0, [], ["HS256"], {"HS256": 1}, True]:
    bad(f"alg {value!r}", "/HS256", raw({"alg": value}, GOOD))
bad("no alg", "/HS256", raw({"typ": "JWT"}, GOOD))
bad("alg twice", "/HS256", raw('{"alg":"none","alg":"HS256"}', GOOD))
bad("alg twice, none last", "/HS256", raw('{"alg":"HS256","alg":"none"}', GOOD))
bad("header is a list", "/HS256", raw('["HS256"]', GOOD))
bad("header is not JSON", "/HS256", raw("{", GOOD))
bad("header is not UTF-8", "/HS256", raw(b'{"alg":"HS256","x":"\xff"}', GOOD))
bad("header is empty", "/HS256", raw("", GOOD))

# A2: another algorithm, or another key.
for name, path in [("rsa", "/RS256"), ("rsa", "/PS256"), ("ec", "/ES256"), ("ec384", "/ES384"), ("ed", "/EdDSA")]:
    text = pem(f"{name}.pub")
    public = serialization.load_pem_public_key(text)
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    secrets = {"PEM": text, "PEM without its last line break": text.strip(), "PEM with CRLF": text.replace(b"\n", b"\r\n"),
               "DER": der, "base64 of the DER": base64.b64encode(der)}
    if name == "rsa":
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(public)
        secrets["JWK"] = jwk.encode()
        secrets["modulus"] = public.public_numbers().n.to_bytes(256, "big")
    if name == "ed":
        secrets["32 bytes"] = public.public_bytes_raw()
    for form, secret in secrets.items():
        bad(f"HS256 with the public key of {path} as {form}", path, raw({"alg": "HS256"}, GOOD, key=secret))
    bad(f"the alg of {path}, but HS256 with the public key", path, raw({"alg": path[1:]}, GOOD, key=text))
own = {
    "RS256": rsa.generate_private_key(65537, 2048), "PS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()), "ES384": ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(), "HS256": b"another secret of 32 bytes......",
}
for algorithm, key in own.items():
    bad(f"{algorithm} with another key", f"/{algorithm}", raw({"alg": algorithm}, GOOD, algorithm, key))
for signs, says, path in [
    ("RS256", "RS256", "/PS256"), ("PS256", "PS256", "/RS256"), ("RS256", "PS256", "/PS256"), ("PS256", "RS256", "/RS256"),
    ("RS512", "RS512", "/RS256"), ("RS384", "RS256", "/RS256"), ("ES256", "ES384", "/ES384"), ("ES256", "ES256", "/ES384"),
    ("ES384", "ES384", "/ES256"), ("ES256", "RS256", "/RS256"), ("EdDSA", "ES256", "/ES256"), ("HS384", "HS384", "/HS256"),
    ("HS512", "HS256", "/HS256"), ("HS256", "HS512", "/HS512"), ("HS256", "HS256", "/HS512"), ("HS256", "RS256", "/HS256"),
]:
    key = private("RS256") if signs.startswith("RS") else private(signs)
    bad(f"signed as {signs}, says {says}, for {path}", path, raw({"alg": says}, GOOD, signs, key))
bad("HS256 with an empty secret", "/HS256", raw({"alg": "HS256"}, GOOD, key=b""))
bad("ES256 of zeros", "/ES256", f"{encoded({'alg': 'ES256'})}.{encoded(GOOD)}.{encoded(bytes(64))}")
message = f"{encoded({'alg': 'ES256'})}.{encoded(GOOD)}"
der = private("ES256").sign(message.encode(), ec.ECDSA(hashes.SHA256()))
bad("ES256 as DER", "/ES256", f"{message}.{encoded(der)}")
r, s = utils.decode_dss_signature(der)
bad("ES256 with r twice", "/ES256", f"{message}.{encoded(r.to_bytes(32, 'big') * 2)}")
message = f"{encoded({'alg': 'RS256'})}.{encoded(GOOD)}"
sha1 = private("RS256").sign(message.encode(), padding.PKCS1v15(), hashes.SHA1())
bad("RS256 with SHA-1", "/RS256", f"{message}.{encoded(sha1)}")
bad("EdDSA of zeros", "/EdDSA", f"{encoded({'alg': 'EdDSA'})}.{encoded(GOOD)}.{encoded(bytes(64))}")

# A3: what a token says about its key.
good("kid, if there is one key without a name", "/HS256", jwt.encode(GOOD, SECRET, headers={"kid": "any"}))
good("the kid of HS256", "/several", jwt.encode(GOOD, SECRET, headers={"kid": "new"}))
good("the kid of RS256", "/several", jwt.encode(GOOD, private("RS256"), "RS256", headers={"kid": "old"}))
for kid in [
    "unknown", "", "NEW", "new ", "new\0", "old", "../../../../dev/null", "/dev/null", "file:///dev/null", "' OR '1'='1",
    "x' UNION SELECT 'secret' --", "$(id)", "|id", "%00", "http://127.0.0.1:1/key", "k" * 4000, "\ud83d\ude00", "__proto__",
]:
    bad(f"kid {kid[:40]!r}", "/several", hs256(GOOD, kid=kid))
    bad(f"kid {kid[:40]!r}, signed with nothing", "/several", raw({"alg": "HS256", "kid": kid}, GOOD, key=b""))
for kid in [7, None, True, ["new"], {"kid": "new"}]:
    bad(f"kid {kid!r}", "/several", hs256(GOOD, kid=kid))
bad("no kid", "/several", hs256(GOOD))
bad("kid twice", "/several", raw('{"alg":"HS256","kid":"old","kid":"new"}', GOOD))
bad("the kid of another key", "/several", raw({"alg": "RS256", "kid": "new"}, GOOD, "RS256", private("RS256")))
bad("HS256 with the public key, by its kid", "/several", raw({"alg": "HS256", "kid": "old"}, GOOD, key=pem("rsa.pub")))
jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(own["RS256"].public_key()))
embedded = {
    "jwk": {**jwk, "kid": "own"}, "jku": "http://127.0.0.1:1/keys", "x5u": "http://127.0.0.1:1/chain",
    "x5c": [base64.b64encode(b"0").decode()], "x5t": "AAAA",
}
for name, value in embedded.items():
    header = {"alg": "RS256", name: value}
    bad(f"{name} of another key", "/RS256", jwt.encode(GOOD, own["RS256"], "RS256", headers=header))
    bad(f"{name} and an unknown kid", "/several", jwt.encode(GOOD, own["RS256"], "RS256", headers={**header, "kid": "own"}))
    good(f"{name} is ignored", "/RS256", jwt.encode(GOOD, private("RS256"), "RS256", headers=header))
bad("jwk that is a secret", "/HS256", raw({"alg": "HS256", "jwk": {"kty": "oct", "k": encoded(b"k" * 32)}}, GOOD, key=b"k" * 32))
for name, value in [("crit", ["exp"]), ("crit", []), ("crit", ["b64"]), ("crit", None), ("crit", "exp"), ("b64", False), ("b64", True)]:
    bad(f"{name} {value!r}", "/HS256", hs256(GOOD, **{name: value}))
detached = f"{encoded({'alg': 'HS256', 'b64': False, 'crit': ['b64']})}.{text_of(GOOD)}"
bad("claims that are not encoded", "/HS256", f"{detached}.{encoded(signature_of(detached.encode(), 'HS256', SECRET))}")
nested = hs256(GOOD)
bad("a token in a token", "/HS256", raw({"alg": "HS256", "cty": "JWT"}, nested))
for cty in ["JWT", "jwt", "application/jwt"]:
    bad(f"cty {cty}", "/HS256", hs256(GOOD, cty=cty))
for typ in ["at+jwt", "AT+JWT", "application/at+jwt"]:
    good(f"typ {typ}", "/typed", jwt.encode(GOOD, SECRET, headers={"typ": typ}))
for typ in ["JWT", "rt+jwt", "at+jwt ", "", "application/application/at+jwt", "text/at+jwt", 7, ["at+jwt"]]:
    bad(f"typ {typ!r}", "/typed", hs256(GOOD, typ=typ))
bad("no typ", "/typed", raw({"alg": "HS256"}, GOOD))

# A4 and A5: times.
bad("expired", "/HS256", jwt.encode(changed(exp=NOW - 60), SECRET))
bad("no exp", "/HS256", jwt.encode(without("exp"), SECRET))
for value in [
    0, -1, NOW - 60.5, 2**63 - 1, 2**63, 2**64, 10**30, 1e300, -2**63, str(NOW + 60), "", None, True, [NOW + 60], [], {}, {"exp": NOW + 60},
]:
    bad(f"exp {value!r}", "/HS256", hs256(changed(exp=value)))
for name in ["exp", "nbf", "iat"]:
    for word in ["NaN", "Infinity", "1e400", "0x7fffffff", "1_900_000_000", "01900000000"]:
        bad(f"{name} {word}", "/HS256", hs256(text_of(changed(**{name: "@"})).replace('"@"', word)))
for name in ["nbf", "iat"]:
    for value in [NOW + 3000, str(NOW), None, [NOW], {}, True, -1, 2**63]:
        bad(f"{name} {value!r}", "/HS256", hs256(changed(**{name: value})))
bad("nbf in the future", "/HS256", jwt.encode(changed(nbf=NOW + 3000), SECRET))
for name, inside, outside in [("exp", NOW - 300, NOW - 1200), ("nbf", NOW + 300, NOW + 3000), ("iat", NOW + 300, NOW + 3000)]:
    good(f"{name} inside the leeway", "/leeway", jwt.encode(changed(**{name: inside}), SECRET))
    bad(f"{name} outside the leeway", "/leeway", jwt.encode(changed(**{name: outside}), SECRET))

# A6: issuer and audience.
for name in ["iss", "aud", "sub"]:
    bad(f"no {name}", "/HS256", jwt.encode(without(name), SECRET))
for value in [
    "https://issuer.example/", "HTTPS://issuer.example", "https://issuer.example.evil", " https://issuer.example", "", None, 7,
    ["https://issuer.example"], {"iss": 1},
]:
    bad(f"iss {value!r}", "/HS256", hs256(changed(iss=value)))
for value in ["shop/", "Shop", "shops", "shop ", "", None, 7, True, ["other"], [], [["shop"]], [1, "shop"], [None, "shop"], {"shop": 1}]:
    bad(f"aud {value!r}", "/HS256", hs256(changed(aud=value)))
for name, value in [("exp", NOW - 60), ("iss", "evil"), ("aud", "other"), ("sub", "eve"), ("nbf", 0), ("iat", 0)]:
    twice = json.dumps({name: value})[:-1] + ", " + text_of(GOOD)[1:]
    bad(f"{name} twice", "/HS256", hs256(twice))
    escaped = "\\u%04x" % ord(name[0]) + name[1:]
    bad(f"{name} twice, once escaped", "/HS256", hs256(twice.replace(f'"{name}"', f'"{escaped}"', 1)))
for claims in ["[]", '"alice"', "null", "{", "", text_of(GOOD) * 2, text_of(GOOD) + "x", "\ufeff" + text_of(GOOD), json.dumps([GOOD])]:
    bad(f"claims {claims[:12]!r}", "/HS256", hs256(claims))
bad("claims that are not UTF-8", "/HS256", hs256(b'{"x":"\xff",' + text_of(GOOD)[1:].encode()))

# A7: the form of the token and of the header.
token = hs256(GOOD)
head, claims, signature = token.split(".")
for what, text in {
    "five parts": f"{head}.AAAA.AAAA.{claims}.{signature}", "five parts, none empty": f"{token}.{claims}.{signature}",
    "four parts": f"{token}.{signature}", "four parts, the last empty": f"{token}.", "two parts": f"{head}.{claims}", "one part": head,
    "only dots": "..", "an empty head": f".{claims}.{signature}", "empty claims": f"{head}..{signature}",
    "padding": f"{head}=.{claims}=.{signature}=", "a padded signature": f"{token}=", "a space inside": token.replace(".", ". ", 1),
    "a tab inside": token.replace(".", ".\t", 1), "two tokens": f"{token} {token}", "two tokens with a comma": f"{token},{token}",
    "quotes": f'"{token}"', "percent": token.replace(".", "%2E"), "a comma": f"{token},", "a parameter": f"{token}; a=b",
}.items():
    bad(what, "/HS256", text)
number = 0
while not set("-_") <= set(signature):
    number += 1
    head, claims, signature = hs256(changed(jti=number)).split(".")
good("a signature with - and _", "/HS256", f"{head}.{claims}.{signature}")
bad("standard base64", "/HS256", f"{head}.{claims}.{signature.replace('-', '+').replace('_', '/')}")
letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
bad("bits behind the signature", "/HS256", token[:-1] + letters[letters.index(token[-1]) + 1])
bad("more than 8 KiB", "/HS256", jwt.encode(changed(text="x" * 6100), SECRET))
good("less than 8 KiB", "/HS256", jwt.encode(changed(text="x" * 5700), SECRET))
bad("1 MB", "/HS256", jwt.encode(changed(text="x" * 730_000), SECRET))
bad("1 MB of dots", "/HS256", "." * 1_000_000)
bad("a kid of 1 MB", "/several", hs256(GOOD, kid="k" * 730_000))
token = jwt.encode(GOOD, SECRET)
for what, header in {
    "lowercase": f"bearer {token}", "uppercase": f"BEARER {token}", "two spaces": f"Bearer  {token}", "a tab behind it": f"Bearer {token}\t",
}.items():
    line(what, "/HS256", [f"authorization: {header}"], 200, None)
for what, headers in {
    "two headers": [f"authorization: Bearer {token}"] * 2, "a second scheme": [f"authorization: Bearer {token}", "authorization: Basic YTpi"],
    "an empty second header": [f"authorization: Bearer {token}", "authorization:"], "no header": [], "no token": ["authorization: Bearer"],
    "an empty token": ["authorization: Bearer "], "a tab instead of the space": [f"authorization: Bearer\t{token}"],
    "no space": [f"authorization: Bearer{token}"], "a colon": [f"authorization: Bearer: {token}"], "another scheme": [f"authorization: JWT {token}"],
    "Basic": [f"authorization: Basic {token}"], "only the token": [f"authorization: {token}"], "another header": [f"x-authorization: Bearer {token}"],
    "a cookie": [f"cookie: authorization=Bearer {token}"], "the header of a proxy": [f"proxy-authorization: Bearer {token}"],
}.items():
    line(what, "/HS256", headers, 401, "Bearer")
line("in the query", f"/HS256?access_token={token}", [], 401, "Bearer")
