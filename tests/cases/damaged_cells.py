"""What people type elsewhere: formulas, dates, choices, codes, texts; and lines that do not agree."""

from datetime import datetime

from cases.damaging import FILE, Case, confirm, error, formula, in_hand, in_parts, typed, warning, written
from cases.returned import part, relation

CASES = [
    Case(
        "a formula with its value",
        in_parts(formula("Dotations", "C7", "SUM(59000,1000)", "60000")),
        [warning("Dotations!C7", "Montant (€) : formule (=SUM(59000,1000))", "Sa valeur, 60000")],
    ),
    Case(
        "a formula without a value",
        in_parts(formula("Dotations", "C7", "SUM(59000,1000)")),
        [error("Dotations!C7", "Montant (€) : formule sans valeur calculée")],
    ),
    Case(
        "a formula to another file, with its value",
        in_parts(
            formula("Dotations", "C7", "[1]Budget!B2", "60000"),
            part("xl/externalLinks/externalLink1.xml"),
            relation("externalLink", "externalLinks/externalLink1.xml", source="xl/_rels/workbook.xml.rels"),
            relation(
                "externalLinkPath",
                "file:///C:/Budget.xlsx",
                "External",
                source="xl/externalLinks/_rels/externalLink1.xml.rels",
            ),
        ),
        [error(FILE, "liaison avec un autre fichier (file:///C:/Budget.xlsx)")],
    ),
    Case(
        "a formula to another file that is gone",
        in_parts(formula("Dotations", "C7", "[1]Budget!B2", "60000")),
        [warning("Dotations!C7", "Montant (€) : formule (=[1]Budget!B2)", "Sa valeur, 60000")],
    ),
    Case(
        "a formula that gives a text",
        in_parts(formula("Dotations", "C7", 'TEXT(60000,"0")', "60000", "str")),
        [warning("Dotations!C7", "Montant (€) : texte « 60000 »", "Lu comme 60000")],
    ),
    Case(
        "a formula that fails",
        in_parts(formula("Dotations", "C7", "B7/0", "#DIV/0!", "e")),
        [error("Dotations!C7", "Montant (€) : erreur #DIV/0!")],
    ),
    Case(
        "a formula typed in a cell of texts",
        in_hand(typed("Dotations", C7="=B7")),
        [
            error(
                "Dotations!C7",
                "Montant (€) : formule écrite comme un texte « =B7 »",
                "Saisir la valeur, ou valider la formule dans la cellule",
            )
        ],
    ),
    Case(
        "a formula in a text",
        in_parts(formula("Identification", "B11", '"Contrôle de"&amp;" gestion"', "Contrôle de gestion", "str")),
        [
            warning(
                "Identification!B11", 'Fonction : formule (="Contrôle de"&" gestion")', "Sa valeur, « Contrôle de gestion »"
            )
        ],
    ),
    Case(
        "a date as text",
        in_hand(typed("Identification", D11="14/03/2024")),
        [warning("Identification!D11", "Date : texte « 14/03/2024 »", "Lu comme 14/03/2024")],
    ),
    Case(
        "a date in letters",
        in_hand(typed("Identification", D11="14 mars 2024")),
        [warning("Identification!D11", "Date : texte « 14 mars 2024 »", "Lu comme 14/03/2024")],
    ),
    Case(
        "a date in the American order",
        in_hand(typed("Identification", D11="03/14/2024")),
        [
            error(
                "Identification!D11",
                "Date : « 03/14/2024 », qui n'est pas une date dans l'ordre jour, mois, année",
                "Saisir la date sous la forme jour/mois/année",
            )
        ],
    ),
    Case(
        "a date with a short year",
        in_hand(typed("Engagements", B7="30/06/24")),
        [confirm("Engagements!B7", "Échéance : texte « 30/06/24 » : quel siècle ?", "Saisir 30/06/2024")],
    ),
    Case(
        "a date that lost its format",
        in_parts(written("Identification", "D11", '<c r="D11"><v>45365</v></c>')),
        [confirm("Identification!D11", "Date : valeur 45365 : date sans son format ?", "Saisir 14/03/2024")],
    ),
    Case(
        "a month for a date",
        in_hand(typed("Engagements", B7="juin 2024")),
        [error("Engagements!B7", "Échéance : texte « juin 2024 »", "Saisir la date sous la forme jour/mois/année")],
    ),
    Case(
        "a year for a date",
        in_hand(typed("Engagements", B7=2024)),
        [
            error(
                "Engagements!B7", "Échéance : date 16/07/1905 (2024 saisi seul ?)", "Saisir une date entière, de 2000 à 2099"
            )
        ],
    ),
    Case(
        "two dates in one cell",
        in_hand(typed("Engagements", B7="30/06/2024 et 31/12/2024")),
        [
            error(
                "Engagements!B7",
                "Échéance : texte « 30/06/2024 et 31/12/2024 »",
                "Saisir la date sous la forme jour/mois/année",
            )
        ],
    ),
    Case(
        "a date of another age",
        in_hand(typed("Identification", D11=datetime(2204, 3, 14))),
        [error("Identification!D11", "Date : date 14/03/2204", "Saisir une date entière, de 2000 à 2099")],
    ),
    Case(
        "a date of another age, as text",
        in_hand(typed("Engagements", B7="30/06/0024")),
        [error("Engagements!B7", "Échéance : « 30/06/0024 »", "Saisir une date entière, de 2000 à 2099")],
    ),
    Case("a date with its hour", in_hand(typed("Identification", D11=datetime(2024, 3, 14, 16, 30))), []),
    Case(
        "yes in small letters",
        in_hand(typed("Identification", E11="oui")),
        [warning("Identification!E11", "Chiffres vérifiés : texte « oui »", "Lu comme Oui")],
    ),
    Case(
        "a cross for yes",
        in_hand(typed("Identification", E11="X")),
        [confirm("Identification!E11", "Chiffres vérifiés : texte « X » : « Oui » ?", "Saisir Oui")],
    ),
    Case(
        "figures that nobody has checked",
        in_hand(typed("Identification", E11="Non")),
        [confirm("Identification!E11", "chiffres non vérifiés (« Non »)")],
    ),
    Case(
        "a choice in capitals without accents",
        in_hand(typed("Identification", B7="PUBLIC")),
        [warning("Identification!B7", "Statut : texte « PUBLIC »", "Lu comme Public")],
    ),
    Case(
        "a choice that is none",
        in_hand(typed("Identification", B7="Privé")),
        [error("Identification!B7", "Statut : « Privé »")],
    ),
    Case(
        "a state in other words",
        in_hand(typed("Engagements", F8="en  cours")),
        [warning("Engagements!F8", "État : texte « en  cours »", "Lu comme En cours")],
    ),
    Case(
        "a state that is none", in_hand(typed("Engagements", F8="Reporté")), [error("Engagements!F8", "État : « Reporté »")]
    ),
    Case(
        "a code in small letters",
        in_hand(typed("Activité", A11="z2", D11="tp")),
        [
            warning("Activité!A11", "Territoire de résidence : texte « z2 »", "Lu comme Z2"),
            warning("Activité!D11", "Forme : texte « tp »", "Lu comme TP"),
        ],
    ),
    Case(
        "a code that is not in the list",
        in_hand(typed("Activité", A11="Z9")),
        [error("Activité!A11", "Territoire de résidence : « Z9 »")],
    ),
    Case(
        "a name for a code",
        in_hand(typed("Activité", A11="Zone Deux")),
        [error("Activité!A11", "Territoire de résidence : « Zone Deux »")],
    ),
    Case(
        "a form that is not in the list", in_hand(typed("Activité", D11="HDJ")), [error("Activité!D11", "Forme : « HDJ »")]
    ),
    Case(
        "an age in the singular",
        in_hand(typed("Activité", C11="mineur")),
        [confirm("Activité!C11", "Classe d'âge : texte « mineur » : « Mineurs » ?", "Saisir Mineurs")],
    ),
    Case(
        "an age that is none",
        in_hand(typed("Activité", C11="18-25 ans")),
        [error("Activité!C11", "Classe d'âge : « 18-25 ans »")],
    ),
    Case(
        "a specific activity in other letters",
        in_hand(typed("ASR", A8="EQUIPE MOBILE")),
        [warning("ASR!A8", "Activité : texte « EQUIPE MOBILE »", "Lu comme Équipe mobile")],
    ),
    Case(
        "a specific activity that is not in the list",
        in_hand(typed("ASR", A8="Équipe de liaison")),
        [error("ASR!A8", "Activité : « Équipe de liaison », absent de la liste")],
    ),
    Case(
        "a free line half filled in",
        in_hand(typed("Activité", A12="Z1", C12="Adultes")),
        [error("Activité!D12", "Forme : cellule vide"), error("Activité!F12", "Volume : cellule vide")],
    ),
    Case(
        "a free line with a volume alone",
        in_hand(typed("Activité", F12=30)),
        [
            error("Activité!A12", "Territoire de résidence : cellule vide"),
            error("Activité!C12", "Classe d'âge : cellule vide"),
            error("Activité!D12", "Forme : cellule vide"),
        ],
    ),
    Case(
        "a key typed twice",
        in_hand(typed("Activité", A11="Z1", C11="Mineurs", D11="CMP")),
        [error("Activité!A11", "« Z1 / Mineurs / CMP » en double (déjà en A8)")],
    ),
    Case(
        "a commitment typed twice",
        in_hand(typed("Engagements", A9="Former deux infirmiers")),
        [error("Engagements!A9", "« Former deux infirmiers » en double (déjà en A8)")],
    ),
    Case(
        "a jump without a word",
        in_hand(typed("Activité", F7=80), typed("Totaux", C9=380)),
        [confirm("Activité!F7", "80, pour une référence de 50")],
    ),
    Case(
        "a jump with its explanation",
        in_hand(typed("Activité", F7=80, I7="Ouverture de dix lits"), typed("Totaux", C9=380)),
        [warning("Activité!F7", "80, pour une référence de 50 ; expliqué : « Ouverture de dix lits »")],
    ),
    Case(
        "a jump explained by a dash",
        in_hand(typed("Activité", F7=80, I7="-"), typed("Totaux", C9=380)),
        [confirm("Activité!F7", "80, pour une référence de 50")],
    ),
    Case(
        "a fall to nothing",
        in_hand(typed("Dotations", C8=0), typed("Totaux", C7=60_000)),
        [confirm("Dotations!C8", "0, pour une référence de 20\u202f000")],
    ),
    Case(
        "a total that does not add up",
        in_hand(typed("Totaux", C7=81_000)),
        [
            error(
                "Totaux!C7",
                "Dotations par compartiment (€) : total déclaré 81\u202f000, somme des lignes 80\u202f000 "
                "(écart −1\u202f000)",
            )
        ],
    ),
    Case(
        "a total a cent away",
        in_hand(typed("Totaux", C8=1_234.57)),
        [
            error(
                "Totaux!C8",
                "Activités spécifiques régionales (€) : total déclaré 1\u202f234,57, somme des lignes "
                "1\u202f234,56 (écart −0,01)",
            )
        ],
    ),
    Case(
        "totals of two ages swapped",
        in_hand(typed("Totaux", C9=212, C10=350)),
        [
            error("Totaux!C9", "Activité des adultes (file active) : total déclaré 212, somme des lignes 350 (écart 138)"),
            error("Totaux!C10", "Activité des mineurs (file active) : total déclaré 350, somme des lignes 212 (écart −138)"),
        ],
    ),
    Case(
        "volumes of adults and minors swapped",
        in_hand(typed("Activité", F7=40, F8=350, F9=80, F10=80, F11=0), typed("Totaux", C9=200, C10=350)),
        [
            confirm(
                "Activité!F7", "adultes 200 et mineurs 350, pour des références de 350 et 200 : classes d'âge inversées ?"
            )
        ],
    ),
    Case(
        "an unread line does not spoil its total",
        in_hand(typed("Activité", F8="200 environ"), typed("Totaux", C10=12)),
        [error("Activité!F8", "Volume : texte « 200 environ »", "Saisir un nombre seul")],
    ),
    Case(
        "a line pasted from another file among the free lines",
        in_hand(typed("Activité", A12="Z2", B12="Zone Deux", C12="Adultes", D12="TP", E12=80, F12=80)),
        [error("Activité!A12", "cellules réservées à l'agence remplies sur une ligne ajoutée")],
    ),
    Case(
        "a code without its case, already there",
        in_hand(typed("Activité", A11="z1", D11="cmp")),
        [
            warning("Activité!A11", "Territoire de résidence : texte « z1 »", "Lu comme Z1"),
            warning("Activité!D11", "Forme : texte « cmp »", "Lu comme CMP"),
            error("Activité!A11", "« Z1 / Mineurs / CMP » en double (déjà en A8)"),
        ],
    ),
    Case(
        "a commitment typed again in capitals",
        in_hand(typed("Engagements", A9="FORMER DEUX INFIRMIERS")),
        [error("Engagements!A9", "« FORMER DEUX INFIRMIERS » en double (déjà en A8)")],
    ),
    Case(
        "a mail left blank",
        in_hand(typed("Identification", C11=" ")),
        [error("Identification!C11", "Courriel : cellule vide")],
    ),
    Case("blanks around texts", in_hand(typed("Identification", A7="  CH Un  ", B7=" Public ")), []),
    Case("a name in several lines", in_hand(typed("Identification", A7="CH Un\nSite sud")), []),
    Case(
        "a control character in a text",
        in_parts(
            written("Identification", "B11", '<c r="B11" t="inlineStr"><is><t>Contrôle_x0007_ de gestion</t></is></c>')
        ),
        [],
    ),
    Case("a very long text", in_hand(typed("Identification", F7="Voir la note jointe. " * 1000)), []),
    Case(
        "a text longer than a cell",
        in_parts(written("Identification", "F7", f'<c r="F7" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c>')),
        [error("Identification!F7", "Observation : texte de 40000 caractères")],
    ),
    Case("a formula in a free text", in_hand(typed("Identification", F7="=cmd|' /C calc'!A0")), []),
    Case(
        "the error of a formula in a text",
        in_hand(typed("Identification", F7="#N/A")),
        [error("Identification!F7", "Observation : erreur #N/A")],
    ),
    Case("a number for a name", in_hand(typed("Identification", A11=12)), []),
    Case(
        "a date for a name",
        in_hand(typed("Identification", A11=datetime(2024, 3, 14))),
        [error("Identification!A11", "Nom : date 14/03/2024", "Saisir un texte")],
    ),
    Case(
        "a FINESS that lost its zero, in a contestation",
        in_hand(typed("Contestations", A7=10000001, B7="Indice", C7="0,9", D7="Nos comptes")),
        [warning("Contestations!A7", "FINESS : valeur 10000001", "Lu comme 010000001")],
        sender="FHF",
    ),
    Case(
        "a FINESS with spaces, in a contestation",
        in_hand(typed("Contestations", A7="01 000 000 1", B7="Indice", C7="0,9", D7="Nos comptes")),
        [warning("Contestations!A7", "FINESS : texte « 01 000 000 1 »", "Lu comme 010000001")],
        sender="FHF",
    ),
    Case(
        "a FINESS of another federation",
        in_hand(typed("Contestations", A7="010000003", B7="Indice", C7="0,9", D7="Nos comptes")),
        [error("Contestations!A7", "FINESS : « 010000003 », absent de la liste")],
        sender="FHF",
    ),
    Case(
        "a name in place of a FINESS",
        in_hand(typed("Contestations", A7="CH Un", B7="Indice", C7="0,9", D7="Nos comptes")),
        [error("Contestations!A7", "FINESS : « CH Un »")],
        sender="FHF",
    ),
    Case(
        "a contestation without its reason",
        in_hand(typed("Contestations", A7="010000001", B7="Indice", C7="0,9")),
        [error("Contestations!D7", "Motif et source : cellule vide")],
        sender="FHF",
    ),
    Case(
        "a figure that cannot be contested",
        in_hand(typed("Contestations", A7="010000001", B7="Dotation", C7="0,9", D7="Nos comptes")),
        [error("Contestations!B7", "Donnée : « Dotation »")],
        sender="FHF",
    ),
    Case(
        "a number contested",
        in_hand(typed("Contestations", A7="010000001", B7="Indice", C7=0.9, D7="Nos comptes")),
        [],
        sender="FHF",
    ),
    Case("an observation of a federation", in_hand(typed("Établissements", K7="Population à revoir")), [], sender="FHF"),
    Case(
        "a federation that does not sign",
        in_hand(typed("Réponse", A7=None, D7="14 mars")),
        [
            error("Réponse!A7", "Nom : cellule vide"),
            error("Réponse!D7", "Date : texte « 14 mars »", "Saisir la date sous la forme jour/mois/année"),
        ],
        sender="FHF",
    ),
]
