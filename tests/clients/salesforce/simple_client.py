# simple-salesforce on the Salesforce test server: JWT bearer and client credentials, queries, Bulk API 2.0 over several pages.
#
# The client only knows https://DOMAIN.salesforce.com, so an adapter leads such requests to the server.

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceExpiredSession, SalesforceMalformedRequest

KEY = "3MVG9consumerkey"
USER = "integration@example.com"
DOMAIN = "acme.my"


class Led(requests.adapters.HTTPAdapter):
    """Sends what is for the vendor's host to the test server."""

    def __init__(self, url):
        super().__init__()
        self.server = urlsplit(url)

    def send(self, request, **options):
        parts = urlsplit(request.url)
        request.url = urlunsplit((self.server.scheme, self.server.netloc, parts.path, parts.query, ""))
        return super().send(request, **options)


class SimpleSalesforce(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = Path(cls.folder.name)
        cls.key, cls.other, public = folder / "key.pem", folder / "other.pem", folder / "public.pem"
        for key in (cls.key, cls.other):
            subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", cls.key, "-RSAPublicKey_out", "-out", public], check=True, capture_output=True)
        arguments = ["--accounts", "25", "--rest-page", "7", "--bulk-page", "7", "--opportunities", "5000", "--polls", "0"]
        cls.process = subprocess.Popen(
            [os.environ["TIDEMARK_TEST_SERVERS"], "salesforce", *arguments,
             "--public-key", public, "--audience", f"https://{DOMAIN}.salesforce.com"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        cls.url = cls.process.stdout.readline().strip()

    @classmethod
    def tearDownClass(cls):
        cls.process.stdin.close()
        cls.process.wait()
        cls.process.stdout.close()
        cls.folder.cleanup()

    def connect(self, **credentials):
        session = requests.Session()
        self.addCleanup(session.close)
        session.mount("https://", Led(self.url))
        session.mount("http://", Led(self.url))
        return Salesforce(session=session, version="66.0", domain=DOMAIN, consumer_key=KEY, **credentials)

    def with_jwt(self, **changes):
        return self.connect(**{"username": USER, "privatekey_file": self.key, **changes})

    def refused(self, words, connect):
        with self.assertRaisesRegex(SalesforceAuthenticationFailed, words):
            connect()

    def test_jwt_is_verified(self):
        self.assertEqual(self.with_jwt().query("SELECT COUNT() FROM Account")["totalSize"], 23)
        self.refused("invalid assertion", lambda: self.with_jwt(privatekey_file=self.other))
        self.refused("hasn't approved", lambda: self.with_jwt(username="stranger@example.com"))

    def test_client_credentials(self):
        self.assertEqual(self.connect(consumer_secret="consumersecret").query("SELECT COUNT() FROM Account")["totalSize"], 23)
        self.refused("invalid client credentials", lambda: self.connect(consumer_secret="wrong"))

    def test_query_all_pages_with_deleted(self):
        client = self.with_jwt()
        self.assertEqual(len(client.query_all("SELECT Id, Name FROM Account")["records"]), 23)
        every = client.query_all("SELECT Id, IsDeleted FROM Account", include_deleted=True)["records"]
        self.assertEqual(len({record["Id"] for record in every}), 25)
        self.assertEqual(sum(record["IsDeleted"] for record in every), 2)

    def test_bulk_over_pages(self):
        client = self.with_jwt()
        pages = list(client.bulk2.Account.query_all("SELECT Id, Name, SystemModstamp FROM Account", max_records=7, wait=0.01))
        self.assertEqual(len(pages), 4)
        for page in pages:
            self.assertTrue(page.startswith('"Id","Name","SystemModstamp"\n'), page[:60])
        self.assertIn('"Account ""3"", Ltd\nBranch"', pages[0])
        self.assertRegex(pages[0], r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"')
        self.assertEqual(len(list(client.bulk2.Account.query("SELECT Id FROM Account", max_records=7, wait=0.01))), 4)
        made = list(client.bulk2.Opportunity.query("SELECT Id, Amount FROM Opportunity", max_records=5000, wait=0.01))
        self.assertEqual(sum(page.count("\n") - 1 for page in made), 5000)

    def test_errors_and_sessions(self):
        client = self.with_jwt()
        with self.assertRaises(SalesforceMalformedRequest) as caught:
            client.query("SELECT Nothing__c FROM Account")
        self.assertEqual(caught.exception.content[0]["errorCode"], "INVALID_FIELD")
        # The client knows an expired session by the answer, and logs in anew.
        client.headers["Authorization"] = "Bearer expired"
        self.assertEqual(client.query("SELECT COUNT() FROM Account")["totalSize"], 23)
        self.assertEqual(client.api_usage["api-usage"].total, 100000)
        stranger = Salesforce(session=client.session, version="66.0", instance_url="https://acme.my.salesforce.com", session_id="expired")
        with self.assertRaises(SalesforceExpiredSession):
            stranger.query("SELECT Id FROM Account")

    def test_describe_and_limits(self):
        client = self.with_jwt()
        fields = {field["name"] for field in client.Lead.describe()["fields"]}
        self.assertTrue({"Id", "SystemModstamp", "ConvertedAccountId"} <= fields, json.dumps(sorted(fields)))
        self.assertGreater(client.limits()["DailyApiRequests"]["Remaining"], 0)


if __name__ == "__main__":
    unittest.main()
