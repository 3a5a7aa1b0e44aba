"""Sentences that compare, known by their words: a title that says who leads is a claim.

Who writes one states beside it, in ``holds``, under which condition it is true (``conditions``).
"""

import re

__all__ = ["comparing"]

# Comparatives, superlatives, words for all and none, for rising and falling, and shares in words.
_WORDS = {
    "en": r"""
        leads?|led|trails?|tops?|ahead|behind|outperforms?|exceeds?|surpass(?:es)?
        |above|below|beyond|over\ half|under\ half
        |more|most|mostly|less|least|fewer|fewest|few|many|majority|minority
        |all|every|everywhere|each|always|never|none|nobody|anybody|nothing|neither|no\ single
        |only|hardly|barely|scarcely|nearly|almost
        |high(?:er|est)|low(?:er|est)|larg(?:er|est)|small(?:er|est)|big(?:ger|gest)
        |great(?:er|est)|strong(?:er|est)?|weak(?:er|est)?|stiff(?:er|est)|fast(?:er|est)
        |slow(?:er|est)|steep(?:er|est)|wid(?:er|est)|narrow(?:er|est)|rich(?:er|est)
        |poor(?:er|est)|better|best|worse|worst|long(?:er|est)|short(?:er|est)
        |earli(?:er|est)|lat(?:er|est)|old(?:er|est)|young(?:er|est)
        |first|last|second|third|little|much
        |rises?|rose|risen|grows?|grew|increases?|increased|climbs?|climbed|gains?
        |falls?|fell|fallen|drops?|dropped|declines?|declined|shrinks?|shrank|decreases?|decreased
        |half|quarters?|thirds?|twice|doubles?|doubled|times|equal(?:s|ly)?|alike|unlike|same
        |stands?\ (?:out|apart)|(?:scores?|stays?|stands?|lies?)\ (?:high|low|at\ the\ floor)
        |not\ like|differs?|different(?:ly)?|vanish(?:es)?
    """,
    "id": r"""
        ter(?:tinggi|rendah|besar|kecil|banyak|sedikit|kuat|lemah|baik|buruk|depan|kaya|cepat|lambat)
        |paling|lebih|kurang\ dari|makin|semakin|unggul|memimpin|mengungguli|tertinggal|di\ depan
        |di\ atas|di\ bawah|melampaui|melebihi|mayoritas|kebanyakan|sebagian\ (?:besar|kecil)
        |semua|seluruh|seluruhnya|setiap|tiap|selalu|tidak\ pernah|tidak\ ada|tak\ ada
        |hanya|hampir|nyaris|cukup\ banyak|sedikit|banyak
        |naik|meningkat|bertambah|menguat|tumbuh|turun|menurun|berkurang|melemah|jatuh|merosot
        |separuh|setengah|seper(?:tiga|empat|lima)|kali|sama|serupa|mirip|berbeda|menonjol|menyendiri
        |pertama|terakhir|bernilai\ (?:tinggi|rendah)|tertahan
    """,
}
_COMPARES = {
    language: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE | re.VERBOSE)
    for language, words in _WORDS.items()
}
# A title that only names what is asked claims nothing: "How strong the unseen would have to be".
_ASKS = re.compile(
    r"(?:how|who|whose|what|where|when|why|which|siapa|apa|seberapa|sejauh|sesedikit|bagaimana|kapan)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"<!--.*?-->")
_PLACE = re.compile(r"\{[^{}]*\}")
_SENTENCE = re.compile(r"(?<=[.;!?])\s+")


def comparing(text: str, language: str) -> list[str]:
    """Return the sentences of a text that compare; a question claims nothing.

    Parameters
    ----------
    text : str
        Its numbers may be left open, or carry the ids of their records.
    language : {"en", "id"}
        English or Indonesian.

    Examples
    --------
    >>> comparing("Java and Bali lead. The index is a weighted mean. Who leads?", "en")
    ['Java and Bali lead.']
    >>> comparing("Ketimpangan turun di dalam setiap periode", "id")
    ['Ketimpangan turun di dalam setiap periode']
    """
    return [
        sentence
        for sentence in _SENTENCE.split(_MARK.sub("", text).strip())
        if not sentence.endswith("?")
        and not _ASKS.match(sentence)
        and _COMPARES[language].search(_PLACE.sub("0", sentence))
    ]
