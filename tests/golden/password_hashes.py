"""Writes password_hashes.json: hashes of libraries that Python apps use, for `tests/suite/security/passwords.rs`.

    python -m venv venv && venv/bin/pip install argon2-cffi==25.1.0 bcrypt==4.0.1 passlib==1.7.4 'pwdlib[argon2,bcrypt]==0.3.1'
    venv/bin/python tests/golden/password_hashes.py > tests/golden/password_hashes.json

passlib does not support bcrypt 5.0, and only older ones cut off a password of more than 72 bytes.
"""

import json

import argon2
import bcrypt
from argon2.low_level import Type, hash_secret
from passlib.context import CryptContext
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

PASSWORD = "wonderland"
UNICODE = "Grüße 🔑 من"
hashes = []


def add(made_by, hash, password=PASSWORD):
    hashes.append({"made_by": made_by, "password": password, "hash": hash.decode() if isinstance(hash, bytes) else hash})


def cffi(**parameters):
    parameters = {"time_cost": 2, "memory_cost": 1024, "parallelism": 1, "hash_len": 32, "type": Type.ID} | parameters
    return hash_secret(PASSWORD.encode(), b"a salt of 16 b..", **parameters)


add("pwdlib: PasswordHash.recommended()", PasswordHash.recommended().hash(PASSWORD))
add("pwdlib: Argon2Hasher", PasswordHash((Argon2Hasher(),)).hash(UNICODE), UNICODE)
add("pwdlib: BcryptHasher", PasswordHash((BcryptHasher(rounds=6),)).hash(PASSWORD))
add("passlib: CryptContext(schemes=['bcrypt'])", CryptContext(schemes=["bcrypt"]).hash(PASSWORD))
for ident in ["2a", "2b", "2y"]:
    context = CryptContext(schemes=["bcrypt"], bcrypt__rounds=5, bcrypt__ident=ident)
    add(f"passlib: bcrypt, ident {ident}", context.hash(UNICODE), UNICODE)
add("passlib: CryptContext(schemes=['argon2'])", CryptContext(schemes=["argon2"]).hash(PASSWORD))
for type in ["I", "D", "ID"]:
    context = CryptContext(schemes=["argon2"], argon2__type=type, argon2__memory_cost=512, argon2__digest_size=16)
    add(f"passlib: argon2, type {type}", context.hash(PASSWORD))
add("argon2-cffi: PasswordHasher()", argon2.PasswordHasher().hash(PASSWORD))
for profile in ["RFC_9106_LOW_MEMORY", "PRE_21_2"]:
    hasher = argon2.PasswordHasher.from_parameters(getattr(argon2.profiles, profile))
    add(f"argon2-cffi: {profile}", hasher.hash(PASSWORD))
add("argon2-cffi: 0x10", cffi(version=0x10))
add("argon2-cffi: 64 bytes", cffi(hash_len=64))
add("argon2-cffi: a NUL inside", argon2.PasswordHasher(memory_cost=512).hash("wonder\0land"), "wonder\0land")
add("argon2-cffi: empty", argon2.PasswordHasher(memory_cost=512).hash(""), "")
for length in [71, 72]:
    add(f"bcrypt: {length} bytes", bcrypt.hashpw(b"x" * length, bcrypt.gensalt(5)), "x" * length)
add("bcrypt: 80 bytes, cut off", bcrypt.hashpw(b"x" * 80, bcrypt.gensalt(5)), "x" * 80)
add("bcrypt: empty", bcrypt.hashpw(b"", bcrypt.gensalt(5)), "")
print(json.dumps(hashes, indent=2, ensure_ascii=False))
