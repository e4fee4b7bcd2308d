"""What identifiers of people look like: one row a family and form, in the order in which they are tried."""

from mixproof.privacy.recognisers.contact import CONTACT
from mixproof.privacy.recognisers.devices import DEVICES
from mixproof.privacy.recognisers.digests import DIGESTS
from mixproof.privacy.recognisers.documents import DOCUMENTS
from mixproof.privacy.recognisers.people import PEOPLE
from mixproof.privacy.recognisers.recogniser import Recogniser

RECOGNISERS: tuple[Recogniser, ...] = (*CONTACT, *DEVICES, *DOCUMENTS, *DIGESTS, *PEOPLE)
