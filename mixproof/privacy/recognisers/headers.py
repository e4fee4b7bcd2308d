"""Headers of columns: those that announce a person whatever stands below them, and those that announce a code of goods."""

import re

_JOIN = r"[\s_.\-/]*"
_HASH = rf"(?:{_JOIN}(?:hash(?:ed)?|sha{_JOIN}\d+|md5|encrypted|plain|raw|normali[sz]ed))?"
_PEOPLE = (
    r"users?|customers?|clients?|persons?|people|members?|subscribers?|visitors?|patients?|contacts?|households?|individuals?|shoppers?|buyers?"
    r"|respondents?|panell?ists?|employees?|guests?|leads?|profiles?|cookies?|devices?|sessions?|accounts?holder|crm|advertising|kunden?|nutzer"
    r"|benutzer|personen?|mitglied|haushalt|besucher|abonnent|patienten?|usuario|cliente|persona|miembro|hogar|visitante|utilisateur|client"
    r"|personne|abonné|abonne|foyer|visiteur|utente|persona|nucleo|klant|gebruiker|persoon|huishouden|bezoeker|użytkownik|uzytkownik|klient|osoba"
    r"|kund|användare|anvandare|bruger|kunde|käyttäjä|asiakas"
)
_NUMBER = r"id|ids|uid|guid|uuid|key|no|nr|num|number|nummer|numero|número|numéro|code|ref|reference|kennung|schlüssel|identifier|hash|token|numer"
_REACH = (
    rf"(?:e{_JOIN})?mails?|e{_JOIN}mail"
    + _JOIN
    + r"ad(?:d)?ress(?:e|es)?|correo(?:"
    + _JOIN
    + r"electr[oó]nico)?|courriel|posta"
    + _JOIN
    + r"elettronica"
)
_WORDS = {
    "e-mail address": rf"(?:{_REACH}){_HASH}|(?:hashed|sha256|md5){_JOIN}(?:{_REACH})",
    "phone number": rf"(?:(?:tele|mobile|cell|home|work){_JOIN})?phone(?:{_JOIN}(?:{_NUMBER}))?{_HASH}|tel(?:efon|éfono|efono|éphone)?(?:{_JOIN}(?:{_NUMBER}))?"
    rf"|telefonnummer|handy(?:nummer|{_JOIN}nr)?|mobilnummer|mobil{_JOIN}nr|msisdn|celular|cellulare|portable|telefoon(?:nummer)?|puhelin|hashed{_JOIN}phone",
    "person or household": rf"(?:{_PEOPLE}){_JOIN}(?:{_NUMBER})|(?:id|uid|hashed|anonymous|external|unique){_JOIN}(?:{_PEOPLE})(?:{_JOIN}id)?"
    r"|uid|userid|user|customerid|clientid|kundennummer|kundennr|personalnummer|visitorid|sessionid|sessionsid|deviceid|cookieid",
    "device id or UUID": r"idfa|idfv|gaid|aaid|maid|rida|tifa|vida|lgudid|imei|imsi|iccid|udid|android" + _JOIN + r"id|ip(?:v[46])?(?:" + _JOIN + r"ad(?:d)?ress(?:e)?)?|mac" + _JOIN + r"address|user" + _JOIN + r"agent|ecid|mcid|uid2|ramp" + _JOIN + r"id|euid|id5|fingerprint",
    "name of a person": rf"(?:first|last|full|middle|family|given|maiden|sur|customer|client|user|contact|person|patient|employee){_JOIN}name|user{_JOIN}name|login(?:{_JOIN}name)?"
    r"|vor(?:name)?|vorname|nachname|familienname|prénom|prenom|nom" + _JOIN + r"de" + _JOIN + r"famille|apellidos?|cognome|voornaam|achternaam|imię|imie|nazwisko|förnamn|efternamn|etunimi|sukunimi",
    "date of birth": rf"(?:date{_JOIN}of{_JOIN})?birth(?:{_JOIN}?da(?:te|y))?|d\.?o\.?b\.?|geburts(?:tag|datum)|geb(?:{_JOIN}datum|dat)|fecha{_JOIN}de{_JOIN}nacimiento|date{_JOIN}de{_JOIN}naissance|data{_JOIN}di{_JOIN}nascita|geboortedatum|födelsedatum",
    "national id": rf"ssn|social{_JOIN}security(?:{_JOIN}(?:{_NUMBER}))?|national{_JOIN}id(?:{_JOIN}number)?|passport(?:{_JOIN}(?:{_NUMBER}))?|reisepass(?:nummer)?|ausweis(?:nummer)?|steuer{_JOIN}?id|tax{_JOIN}id|nino|nhs{_JOIN}number|nif|cpf|bsn|pesel|aadhaar|codice{_JOIN}fiscale|personnummer|fødselsnummer|driver'?s?{_JOIN}licen[sc]e(?:{_JOIN}number)?|führerschein|insurance{_JOIN}number|sozialversicherungsnummer",
    "IBAN": rf"iban|bank{_JOIN}account(?:{_JOIN}(?:{_NUMBER}))?|konto(?:nummer|{_JOIN}nr)|credit{_JOIN}card(?:{_JOIN}(?:{_NUMBER}))?|card{_JOIN}number|kreditkarte(?:nnummer)?",
    "address": rf"(?:street|home|postal|billing|shipping|mailing|delivery){_JOIN}address(?:{_JOIN}\d)?|address(?:{_JOIN}(?:line{_JOIN})?\d)?|street(?:{_JOIN}name)?|house{_JOIN}number|straße|strasse|hausnummer|anschrift|adresse|direcci[oó]n|indirizzo|adres",
    "click id": r"gclid|gbraid|wbraid|fbclid|msclkid|ttclid|dclid|twclid|li_fat_id|yclid|igshid|fbp|fbc|_fbp|_fbc|_ga|_gid|click" + _JOIN + r"id",
}  # fmt: skip
_FAMILIES = {
    family: re.compile(rf"[\s_.]*(?:{words})[\s_.]*", re.IGNORECASE) for family, words in _WORDS.items()
}
_ALSO_MEDIA = re.compile(
    rf"\s*(?:{_REACH}|(?:mobile|tele)?phone|tel|handy|mobil|portable|adresse?|address|birthday|user|login|street|[a-zé]+s{_JOIN}(?:number|num|no|nr))\s*",
    re.IGNORECASE,
)
_GOODS = re.compile(
    r"(?:^|[^a-z])(?:ean|upc|gtin|isbn|asin|sku|article|artikel|product|produkt|item|zip|plz|postcode|postal|fips|geoid|tract|dma|nielsen|campaigns?"
    r"|kampagnen?|ads?|adgroups?|adsets?|creatives?|placements?|keywords?|line" + _JOIN + r"items?|stores?|shops?|filialen?|versions?|build|timestamp|unix|epoch"
    r"|revenue|umsatz|sales|amount|price|cost|spend|impressions?|clicks?|views?|budget|(?:lat|lon|lng)(?:itude|gitude)?)(?:$|[^a-z])",
    re.IGNORECASE,
)  # fmt: skip
_NORTH = re.compile(r"(?:.*[\s_.-])?(?:lat|latitude|breitengrad|geo_?lat|latitud)", re.IGNORECASE)
_EAST = re.compile(r"(?:.*[\s_.-])?(?:lon|lng|long|longitude|l[aä]ngengrad|geo_?lon|longitud)", re.IGNORECASE)


def announced(header: str) -> str | None:
    """Return the family of identifiers that a column's name announces, None for none."""
    return next((family for family, pattern in _FAMILIES.items() if pattern.fullmatch(header)), None)


def also_media(header: str) -> bool:
    """Return whether a header that announces people is as often one of a channel or device: `email`, `phone`."""
    return _ALSO_MEDIA.fullmatch(header) is not None


def names_goods(header: str) -> bool:
    """Return whether a column's name announces codes of goods, places, campaigns or times, or amounts."""
    return _GOODS.search(header) is not None


def coordinate(header: str) -> str | None:
    """Return "latitude" or "longitude" where a column's name announces one."""
    if _NORTH.fullmatch(header):
        return "latitude"
    return "longitude" if _EAST.fullmatch(header) else None
