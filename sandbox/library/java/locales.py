"""``java.util.Locale``."""

from __future__ import annotations

from typing import Any

from sandbox.library.java.base import Object, state
from sandbox.library.java.convert import text_argument
from sandbox.library.java.throwables import IllegalArgumentException
from sandbox.library.values import unicode_text

_LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "zh": "Chinese",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "ru": "Russian",
    "sv": "Swedish",
    "cs": "Czech",
}
_COUNTRIES = {
    "US": "United States",
    "GB": "United Kingdom",
    "DE": "Germany",
    "FR": "France",
    "IT": "Italy",
    "JP": "Japan",
    "KR": "South Korea",
    "CN": "China",
    "TW": "Taiwan",
    "CA": "Canada",
    "MX": "Mexico",
    "ES": "Spain",
    "BR": "Brazil",
    "NL": "Netherlands",
    "CH": "Switzerland",
    "AT": "Austria",
}


class Locale(Object, package="java.util"):
    """``java.util.Locale``: a name; number formats know some of them."""

    __slots__ = ("_country", "_language")

    def __init__(self, language: Any, country: Any = "", variant: Any = "") -> None:
        state(self, "_language", text_argument(language, "java.util.Locale").lower())
        state(self, "_country", text_argument(country, "java.util.Locale", 2).upper())

    @classmethod
    def getDefault(cls, *_category: Any) -> Locale:
        """en_US (our choice)."""
        return Locale("en", "US")

    @classmethod
    def setDefault(cls, *_locale: Any) -> None:
        """Refused: the locale is the host's."""
        raise IllegalArgumentException("the locale of the host cannot be set by a script")

    @classmethod
    def forLanguageTag(cls, tag: Any) -> Locale:
        """The locale of ``en-US``."""
        language, _, country = text_argument(tag, "forLanguageTag").partition("-")
        return Locale(language, country)

    def getLanguage(self) -> str:
        """Two letters."""
        return unicode_text(self._language)

    def getCountry(self) -> str:
        """Two letters."""
        return unicode_text(self._country)

    def getDisplayLanguage(self, *_locale: Any) -> str:
        """In English."""
        return unicode_text(_LANGUAGES.get(self._language, self._language))

    def getDisplayCountry(self, *_locale: Any) -> str:
        """In English."""
        return unicode_text(_COUNTRIES.get(self._country, self._country))

    def getDisplayName(self, *_locale: Any) -> str:
        """In English."""
        country = self.getDisplayCountry()
        return unicode_text(
            f"{self.getDisplayLanguage()} ({country})" if country else self.getDisplayLanguage()
        )

    def toLanguageTag(self) -> str:
        """``en-US``."""
        return unicode_text("-".join([one for one in (self._language, self._country) if one]))

    def equals(self, other: Any) -> bool:
        """Whether it is the same locale."""
        return isinstance(other, Locale) and str(other) == str(self)

    def hashCode(self) -> int:
        """By name."""
        return hash(str(self)) & 0x7FFFFFFF

    def toString(self) -> str:
        """``en_US``."""
        return unicode_text("_".join([one for one in (self._language, self._country) if one]))


for _name, _language, _country in (
    ("US", "en", "US"),
    ("UK", "en", "GB"),
    ("ENGLISH", "en", ""),
    ("GERMANY", "de", "DE"),
    ("GERMAN", "de", ""),
    ("FRANCE", "fr", "FR"),
    ("FRENCH", "fr", ""),
    ("ITALY", "it", "IT"),
    ("ITALIAN", "it", ""),
    ("JAPAN", "ja", "JP"),
    ("JAPANESE", "ja", ""),
    ("KOREA", "ko", "KR"),
    ("CHINA", "zh", "CN"),
    ("CHINESE", "zh", ""),
    ("CANADA", "en", "CA"),
    ("CANADA_FRENCH", "fr", "CA"),
    ("ROOT", "", ""),
):
    type.__setattr__(Locale, _name, Locale(_language, _country))
