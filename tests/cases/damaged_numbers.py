"""What people type where a number is due."""

from datetime import datetime

from cases.damaging import Case, confirm, error, in_hand, typed, warning

CASES = [
    Case(
        "a French number as text",
        in_hand(typed("ASR", C7="1 234,56")),
        [warning("ASR!C7", "Montant (€) : texte « 1 234,56 »", "Lu comme 1234,56")],
    ),
    Case(
        "a number with no-break spaces",
        in_hand(typed("ASR", C7="1\u00a0234,56")),
        [warning("ASR!C7", "Montant (€) : texte « 1\u00a0234,56 »", "Lu comme 1234,56")],
    ),
    Case(
        "a number with narrow no-break spaces",
        in_hand(typed("Dotations", C7="60\u202f000")),
        [warning("Dotations!C7", "Montant (€) : texte « 60\u202f000 »", "Lu comme 60000")],
    ),
    Case(
        "a German number",
        in_hand(typed("ASR", C7="1.234,56")),
        [warning("ASR!C7", "Montant (€) : texte « 1.234,56 »", "Lu comme 1234,56")],
    ),
    Case(
        "an English number",
        in_hand(typed("ASR", C7="1,234.56")),
        [warning("ASR!C7", "Montant (€) : texte « 1,234.56 »", "Lu comme 1234,56")],
    ),
    Case(
        "a number that two notations read otherwise",
        in_hand(typed("ASR", C7="1.234")),
        [error("ASR!C7", "Montant (€) : texte « 1.234 », qui se lit 1234 ou 1,234")],
    ),
    Case(
        "millions of euros",
        in_hand(typed("Dotations", C7="0,06 M€")),
        [warning("Dotations!C7", "Montant (€) : texte « 0,06 M€ »", "Lu comme 60000")],
    ),
    Case(
        "thousands of euros",
        in_hand(typed("Dotations", C7="60 k€")),
        [warning("Dotations!C7", "Montant (€) : texte « 60 k€ »", "Lu comme 60000")],
    ),
    Case(
        "thousands of something",
        in_hand(typed("Dotations", C7="60 K")),
        [confirm("Dotations!C7", "Montant (€) : texte « 60 K » : milliers ou millions d'euros ?", "Saisir 60000")],
    ),
    Case(
        "euros in full letters",
        in_hand(typed("Dotations", C8="20 000 euros")),
        [warning("Dotations!C8", "Montant (€) : texte « 20 000 euros »", "Lu comme 20000")],
    ),
    Case(
        "an amount of euros where patients are counted",
        in_hand(typed("Activité", F8="200 €")),
        [error("Activité!F8", "Volume : texte « 200 € », d'une autre unité")],
    ),
    Case(
        "not available",
        in_hand(typed("Activité", F8="n.d.")),
        [error("Activité!F8", "Volume : texte « n.d. », qui ne dit pas la valeur", "Saisir le nombre")],
    ),
    Case(
        "a dash alone",
        in_hand(typed("Activité", F8="-")),
        [error("Activité!F8", "Volume : texte « - », qui ne dit pas la valeur", "Saisir le nombre")],
    ),
    Case(
        "nothing, in a word",
        in_hand(typed("ASR", C8="Néant")),
        [confirm("ASR!C8", "Montant (€) : texte « Néant » : zéro, ou valeur absente ?", "Saisir 0")],
    ),
    Case(
        "about",
        in_hand(typed("Activité", F8="environ 200")),
        [error("Activité!F8", "Volume : texte « environ 200 »", "Saisir un nombre seul")],
    ),
    Case(
        "two answers in one cell",
        in_hand(typed("Activité", F8="200 ou 210")),
        [error("Activité!F8", "Volume : texte « 200 ou 210 »", "Saisir un nombre seul")],
    ),
    Case(
        "an answer and a remark in one cell",
        in_hand(typed("Activité", F8="200 (dont 12 hors secteur)")),
        [error("Activité!F8", "Volume : texte « 200 (dont 12 hors secteur) »", "Saisir un nombre seul")],
    ),
    Case(
        "an answer and its unit",
        in_hand(typed("Activité", F8="200 patients")),
        [error("Activité!F8", "Volume : texte « 200 patients »", "Saisir un nombre seul")],
    ),
    Case(
        "a number behind an apostrophe",
        in_hand(typed("Activité", F8="'200")),
        [warning("Activité!F8", "Volume : texte « '200 »", "Lu comme 200")],
    ),
    Case(
        "a percentage as text",
        in_hand(typed("Engagements", E8="50 %")),
        [warning("Engagements!E8", "Réalisé (%) : texte « 50 % »", "Lu comme 50 %")],
    ),
    Case(
        "a percentage typed as a whole number",
        in_hand(typed("Engagements", E8=50)),
        [error("Engagements!E8", "Réalisé (%) : nombre 50, soit 5000 %")],
    ),
    Case(
        "more than a hundred per cent",
        in_hand(typed("Engagements", E8=1.5)),
        [error("Engagements!E8", "Réalisé (%) : nombre 1,5, soit 150 %")],
    ),
    Case(
        "a percentage in an amount",
        in_hand(typed("Engagements", D8="12 %")),
        [error("Engagements!D8", "Moyens employés (€) : texte « 12 % », d'une autre unité")],
    ),
    Case(
        "a negative amount", in_hand(typed("Dotations", C8=-20_000)), [error("Dotations!C8", "Montant (€) : nombre -20000")]
    ),
    Case(
        "a negative amount as text",
        in_hand(typed("Dotations", C8="(20 000)")),
        [error("Dotations!C8", "Montant (€) : nombre -20000")],
    ),
    Case(
        "a number beyond all amounts",
        in_hand(typed("Dotations", C7=1e300)),
        [error("Dotations!C7", "Montant (€) : nombre trop grand")],
    ),
    Case(
        "a number beyond all amounts, as text",
        in_hand(typed("Dotations", C7="1E300")),
        [error("Dotations!C7", "Montant (€) : nombre trop grand")],
    ),
    Case(
        "a number that a narrow column showed",
        in_hand(typed("Dotations", C7="6E+04")),
        [
            confirm(
                "Dotations!C7",
                "Montant (€) : texte « 6E+04 » : nombre affiché en puissances de dix, donc arrondi ?",
                "Saisir 60000",
            )
        ],
    ),
    Case(
        "a logical value where an amount is due",
        in_hand(typed("Dotations", C8=True)),
        [error("Dotations!C8", "Montant (€) : valeur logique VRAI", "Saisir un nombre")],
    ),
    Case(
        "a date where an amount is due",
        in_hand(typed("Dotations", C8=datetime(2024, 2, 1))),
        [error("Dotations!C8", "Montant (€) : date 01/02/2024", "Saisir un nombre")],
    ),
    Case("a blank amount", in_hand(typed("Dotations", C8=None)), [error("Dotations!C8", "Montant (€) : cellule vide")]),
    Case(
        "spaces in place of an amount",
        in_hand(typed("Dotations", C8=" \u00a0")),
        [error("Dotations!C8", "Montant (€) : cellule vide")],
    ),
    Case(
        "an invisible character in place of an amount",
        in_hand(typed("Dotations", C8="\u200b")),
        [error("Dotations!C8", "Montant (€) : cellule vide")],
    ),
    Case("a blank declared total", in_hand(typed("Totaux", C8=None)), [error("Totaux!C8", "Total déclaré : cellule vide")]),
    Case(
        "a declared total as text",
        in_hand(typed("Totaux", C7="80 000,00 €")),
        [warning("Totaux!C7", "Total déclaré : texte « 80 000,00 € »", "Lu comme 80000")],
    ),
    Case(
        "no signature",
        in_hand(typed("Identification", A11=None, B11=None, C11=None, D11=None, E11=None)),
        [
            error("Identification!A11", "Nom : cellule vide"),
            error("Identification!B11", "Fonction : cellule vide"),
            error("Identification!C11", "Courriel : cellule vide"),
            error("Identification!D11", "Date : cellule vide"),
            error("Identification!E11", "Chiffres vérifiés : cellule vide"),
        ],
    ),
    Case(
        "no function", in_hand(typed("Identification", B11=None)), [error("Identification!B11", "Fonction : cellule vide")]
    ),
    Case(
        "a volume in figures of another alphabet",
        in_hand(typed("Activité", F8="\u0662\u0660\u0660")),
        [warning("Activité!F8", "Volume : texte « ٢٠٠ »", "Lu comme 200")],
    ),
    Case(
        "an amount in dollars",
        in_hand(typed("Dotations", C8="$20000")),
        [error("Dotations!C8", "Montant (€) : texte « $20000 »", "Saisir un nombre seul")],
    ),
    Case(
        "two answers on two lines of a cell",
        in_hand(typed("Dotations", C8="20\n300")),
        [
            error(
                "Dotations!C8", "Montant (€) : texte « 20↵300 », en plusieurs lignes", "Saisir un nombre seul, sur une ligne"
            )
        ],
    ),
]
