# Reads the Zendesk test server with zenpy: what it makes of our protocol is what it makes of Zendesk's.
#
# zenpy speaks only to https://<subdomain>.<domain>. The session it is given carries its requests to the server's
# loopback port instead, tells the server under which address it was asked, as a proxy does, and changes nothing else.

import collections
import json
import os
import subprocess
import unittest
import urllib.parse
import urllib.request
from datetime import datetime, timezone

import requests
from requests.adapters import HTTPAdapter
from zenpy import Zenpy
from zenpy.lib.exception import APIException

EMAIL, API_TOKEN, OAUTH_TOKEN = "admin@example.com", "canary-api-token", "canary-oauth-token"
BEGIN = 1_700_000_000
TICKETS = 2345


class Loopback(HTTPAdapter):
    """Carries https requests for any host to a loopback port."""

    def __init__(self, address):
        super().__init__()
        self.address = urllib.parse.urlsplit(address)

    def send(self, request, **options):
        inner = request.copy()
        asked = urllib.parse.urlsplit(request.url)
        inner.url = asked._replace(scheme="http", netloc=self.address.netloc).geturl()
        inner.headers["Host"] = asked.netloc
        inner.headers["X-Forwarded-Proto"] = "https"
        response = super().send(inner, **options)
        response.url, response.request = request.url, request
        return response


class Server:
    """A test server process."""

    def __init__(self, *arguments):
        command = [os.environ["TIDEMARK_TEST_SERVERS"], "zendesk", *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()

    def client(self, **credentials):
        session = requests.Session()
        session.mount("https://", Loopback(self.address))
        return Zenpy(subdomain="acme", session=session, disable_cache=True, **credentials)

    def seen(self):
        with urllib.request.urlopen(f"{self.address}/_control/seen") as answer:
            return json.load(answer)["requests"]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)


class Exports(unittest.TestCase):
    """What an admin reads."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server("--tickets", str(TICKETS))
        cls.addClassCleanup(cls.server.close)
        cls.zendesk = cls.server.client(email=EMAIL, token=API_TOKEN)

    def test_tickets_by_cursor(self):
        before = self.server.seen().get("GET /api/v2/incremental/tickets/cursor.json", 0)
        tickets = list(self.zendesk.tickets.incremental(start_time=0, include=["metric_sets"], per_page=1000))
        self.assertEqual(self.server.seen()["GET /api/v2/incremental/tickets/cursor.json"] - before, 3)
        self.assertEqual(sorted(ticket.id for ticket in tickets), list(range(1, TICKETS + 1)))
        stamps = [ticket.generated_timestamp for ticket in tickets]
        self.assertEqual(stamps, sorted(stamps))
        deleted = {ticket.id for ticket in tickets if ticket.status == "deleted"}
        self.assertEqual(deleted, {id for id in range(1, TICKETS + 1) if id % 10 == 0})
        for ticket in tickets:
            metrics = ticket.to_dict().get("metric_set")
            self.assertEqual(metrics is None, ticket.id in deleted)
            if metrics:
                self.assertEqual(metrics["ticket_id"], ticket.id)
        moved = [ticket for ticket in tickets if ticket.id % 4 == 0 and ticket.id % 10]
        self.assertTrue(all(ticket.updated < ticket_stamp(ticket) for ticket in moved))

    def test_a_kept_cursor_goes_on_where_it_stood(self):
        pages = self.zendesk.tickets.incremental(start_time=BEGIN, per_page=500)
        first = [next(pages).id for _ in range(500)]
        rest = [ticket.id for ticket in self.zendesk.tickets.incremental(cursor=pages.after_cursor, per_page=500)]
        self.assertEqual(sorted(first + rest), list(range(1, TICKETS + 1)))

    def test_users_by_cursor(self):
        users = list(self.zendesk.users.incremental(start_time=0, per_page=100))
        self.assertEqual(len({user.id for user in users}), 235)
        self.assertEqual({user.id for user in users if not user.active}, {id for id in range(1, 236) if id % 9 == 0})

    def test_organizations_by_time(self):
        read = collections.Counter(org.id for org in self.zendesk.organizations.incremental(start_time=0, per_page=100))
        self.assertEqual(set(read), set(range(1, 236)))
        # A page begins with the last second of the one before.
        self.assertGreater(sum(read.values()), 235)

    def test_lists(self):
        alive = {id for id in range(1, 236) if id % 9}
        self.assertEqual({org.id for org in self.zendesk.organizations()}, alive)
        self.assertEqual({org.id for org in self.zendesk.organizations(cursor_pagination=50)}, alive)
        metrics = [metrics.ticket_id for metrics in self.zendesk.ticket_metrics(cursor_pagination=100)]
        self.assertEqual(metrics, sorted(metrics, reverse=True))
        # Deleted tickets have none; solved ones are listed until they are archived as closed.
        expected = {id for id in range(1, TICKETS + 1) if id % 10 and id % 6}
        self.assertEqual(set(metrics), expected)

    def test_who_asks(self):
        self.assertEqual(self.zendesk.users.me().role, "admin")
        self.assertEqual(self.server.client(oauth_token=OAUTH_TOKEN).users.me().role, "admin")

    def test_refusals(self):
        for credentials in [{"email": EMAIL, "token": "wrong"}, {"oauth_token": "wrong"}]:
            with self.assertRaises(APIException) as caught:
                list(self.server.client(**credentials).tickets.incremental(start_time=0))
            self.assertEqual(caught.exception.response.status_code, 401)
        with self.assertRaises(APIException) as caught:
            list(self.zendesk.tickets.incremental(start_time=4_000_000_000))
        self.assertIn("Too recent start_time", str(caught.exception))


class Limits(unittest.TestCase):
    """Ten exports a minute, of which zenpy learns by a refusal."""

    def test_it_waits_and_gets_all(self):
        server = Server("--tickets", "1150", "--minute", "2")
        self.addCleanup(server.close)
        tickets = list(server.client(oauth_token=OAUTH_TOKEN).tickets.incremental(start_time=0, per_page=100))
        self.assertEqual(len(tickets), 1150)
        self.assertGreater(server.seen()["GET /api/v2/incremental/tickets/cursor.json"], 12)


def ticket_stamp(ticket):
    """The ticket's place in the export, as zenpy reads times."""
    return datetime.fromtimestamp(ticket.generated_timestamp, timezone.utc)


if __name__ == "__main__":
    unittest.main(verbosity=2)
