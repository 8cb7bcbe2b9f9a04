"""Serves a folder by HTTPS on a free port while a command runs: serve.py CERTIFICATE KEY FOLDER COMMAND ...

PORT stands for the port in the command.
"""

import functools
import http.server
import ssl
import subprocess
import sys
import threading

certificate, key, folder, *command = sys.argv[1:]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("localhost", 0), functools.partial(Quiet, directory=folder))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.exit(subprocess.call([word.replace("PORT", str(server.server_port)) for word in command]))
