"""A small IMAP4rev1 server for tests: one account, folders in memory, over TLS with a certificate made on the spot.

It speaks what a client that reads a box needs (CAPABILITY, LOGIN, SELECT, UID SEARCH, UID FETCH, UID STORE, LOGOUT) over real
sockets, so that connection, certificate, literals and flags are those of a server and not of a stub.
"""

from __future__ import annotations

import datetime
import re
import socketserver
import ssl
import threading
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A self-signed certificate for `name` and 127.0.0.1: paths of certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_path, key_path = folder / f"{name}.pem", folder / f"{name}.key"
    certificate_path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_path, key_path


class Box:
    """Messages by unique number, each with its flags; `keywords` says whether clients may make flags of their own."""

    def __init__(self, *, keywords: bool = True) -> None:
        self.messages: dict[int, tuple[bytes, set[str]]] = {}
        self.keywords = keywords
        self.break_after: int | None = None  # number of fetches after which the connection is cut

    def add(self, data: bytes) -> int:
        uid = max(self.messages, default=100) + 1
        self.messages[uid] = (data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), set())
        return uid


class _Connection(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.say("* OK ready")
        self.fetched = 0
        while line := self.rfile.readline(65536):
            tag, _, rest = line.decode("latin-1").strip().partition(" ")
            verb, _, words = rest.partition(" ")
            if not self.answer(tag, verb.upper(), words):
                return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode("latin-1") + b"\r\n")

    def answer(self, tag: str, verb: str, words: str) -> bool:
        server = self.server
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif verb == "LOGIN":
            user, password = (word.strip('"') for word in words.split(" ", 1))
            if (user, password) != server.account:
                self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong name or password")
                return True
        elif verb == "SELECT":
            if words.strip('"') != "INBOX":
                self.say(f"{tag} NO no such mailbox")
                return True
            self.say(f"* {len(server.box.messages)} EXISTS")
            flags = "\\Seen \\Deleted" + (" \\*" if server.box.keywords else "")
            self.say(f"* OK [PERMANENTFLAGS ({flags})] limited")
        elif verb == "UID":
            return self.uid(tag, words)
        elif verb == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK bye")
            return False
        else:
            self.say(f"{tag} BAD unknown command")
            return True
        self.say(f"{tag} OK done")
        return True

    def uid(self, tag: str, words: str) -> bool:
        box = self.server.box
        verb, _, rest = words.partition(" ")
        if verb == "SEARCH":
            without = re.search(r"UNKEYWORD (\S+)", rest)
            flag = without[1] if without else "\\Seen"
            found = [uid for uid, (_data, flags) in box.messages.items() if flag not in flags and "\\Deleted" not in flags]
            self.say("* SEARCH " + " ".join(map(str, found)))
        elif verb == "FETCH":
            self.fetched += 1
            if box.break_after is not None and self.fetched > box.break_after:
                return False
            uid, _, what = rest.partition(" ")
            data = box.messages[int(uid)][0]
            if "HEADER" in what:
                head = data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                self.wfile.write(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(data)} BODY[HEADER] {{{len(head)}}}\r\n".encode() + head)
            else:
                self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(data)}}}\r\n".encode() + data)
            self.say(")")
        elif verb == "STORE":
            uid, _, what = rest.partition(" ")
            flags = re.findall(r"\\?\w+", what.partition("(")[2])
            if not box.keywords and any(not flag.startswith("\\") for flag in flags):
                self.say(f"{tag} NO no keywords here")
                return True
            box.messages[int(uid)][1].update(flags)
        self.say(f"{tag} OK done")
        return True


class Server(socketserver.ThreadingTCPServer):
    """Serves `box` on a free port of 127.0.0.1 until the `with` block ends."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, box: Box, account: tuple[str, str], certificate_paths: tuple[Path, Path]) -> None:
        self.box = box
        self.account = account
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate_paths)
        super().__init__(("127.0.0.1", 0), _Connection)
        self.port = self.server_address[1]

    def get_request(self):
        plain, address = super().get_request()
        return self.context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, client_address) -> None:
        pass  # a client that does not trust the certificate hangs up; that is what one test is about

    def __enter__(self) -> Server:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *details: object) -> None:
        self.shutdown()
        self.server_close()
