"""Names, streets and buildings of the town: invented people, with the characters that real names trip fonts with.

Municipalities are real, the quarters are not; postcodes, telephone exchanges (beginning with 0) and e-mail (the
reserved ``example.jp``) belong to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SURNAMES = (
    ("髙﨑", "タカサキ", "takasaki"),
    ("𠮷野", "ヨシノ", "yoshino"),
    ("濵田", "ハマダ", "hamada"),
    ("渡邉", "ワタナベ", "watanabe"),
    ("齋藤", "サイトウ", "saito"),
    ("神﨑", "カンザキ", "kanzaki"),
    ("山本", "ヤマモト", "yamamoto"),
    ("田中", "タナカ", "tanaka"),
    ("松本", "マツモト", "matsumoto"),
    ("西村", "ニシムラ", "nishimura"),
    ("藤井", "フジイ", "fujii"),
    ("中野", "ナカノ", "nakano"),
    ("岡田", "オカダ", "okada"),
    ("小川", "オガワ", "ogawa"),
    ("上田", "ウエダ", "ueda"),
    ("森", "モリ", "mori"),
    ("桒原", "クワバラ", "kuwabara"),
    ("栁", "ヤナギ", "yanagi"),
    ("五百蔵", "イオロイ", "ioroi"),
    ("ヴァンダーリンデン", "ヴァンダーリンデン", "vanderlinden"),
)
GIVEN_NAMES = (
    ("德子", "ノリコ"),
    ("太郎", "タロウ"),
    ("花子", "ハナコ"),
    ("健一", "ケンイチ"),
    ("美咲", "ミサキ"),
    ("翔太", "ショウタ"),
    ("さくら", "サクラ"),
    ("德次郎", "トクジロウ"),
    ("惠", "メグミ"),
    ("陽菜", "ヒナ"),
    ("礼二", "レイジ"),
    ("マリア", "マリア"),
    ("浩", "ヒロシ"),
    ("由美子", "ユミコ"),
    ("隆", "タカシ"),
    ("結衣", "ユイ"),
)
QUARTERS = ("青瀬町", "計乃台", "鷺澤町", "波留ケ丘", "東舞路", "樋之上町", "錦小辻", "霞井")
BUILDINGS = ("メゾン計乃", "第②瀬田ビル", "コーポ髙砂", "グランハイツ霞", "ﾊｲﾂ若葉", "パークサイド樋之上 弐番館")


@dataclass(frozen=True)
class Municipality:
    """A place name with the first digits of its postcodes, its exchange, and the depot that serves it."""

    name: str
    postcode: str
    exchange: str
    depot: str


MUNICIPALITIES = (
    Municipality("大阪府豊中市", "560", "06", "D01"),
    Municipality("兵庫県西宮市", "662", "0798", "D02"),
    Municipality("京都府宇治市", "611", "0774", "D03"),
    Municipality("奈良県生駒市", "630", "0743", "D04"),
    Municipality("滋賀県草津市", "525", "077", "D03"),
    Municipality("和歌山県海南市", "642", "073", "D04"),
)


@dataclass(frozen=True)
class Person:
    """A drawn customer: name with a full-width space, kana, and the local part of an address for e-mail."""

    name: str
    kana: str
    mailbox: str


def draw_person(random: Random, number: int) -> Person:
    """Draw a person; ``number`` keeps mailboxes apart. The first one is always 髙﨑 德子."""
    surname, given = random.choice(SURNAMES), random.choice(GIVEN_NAMES)
    if number == 0:
        surname, given = SURNAMES[0], GIVEN_NAMES[0]
    return Person(f"{surname[0]}\u3000{given[0]}", f"{surname[1]}\u3000{given[1]}", f"{surname[2]}.{number:04d}")


def draw_address(random: Random, municipality: Municipality, *, multi_dwelling: bool) -> str:
    """Draw an address in a municipality; a flat has building and room."""
    street = f"{random.choice(QUARTERS)}{random.randint(1, 6)}丁目{random.randint(1, 28)}番{random.randint(1, 40)}号"
    room = f"\u3000{random.choice(BUILDINGS)}{random.randint(1, 14)}{random.randint(1, 8):02d}号室"
    return municipality.name + street + (room if multi_dwelling else "")


def draw_phone(random: Random, municipality: Municipality) -> str:
    """Draw a telephone number of ten digits whose local exchange begins with 0, as no real one does."""
    digits = 5 - len(municipality.exchange)
    return f"{municipality.exchange}-0{random.randrange(10**digits):0{digits}d}-{random.randrange(10**4):04d}"
