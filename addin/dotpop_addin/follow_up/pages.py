"""The pages in the order that a committee reads them, each followed by its details."""

from dotpop_addin.follow_up.indices import index_pages
from dotpop_addin.follow_up.inequality import inequality_pages
from dotpop_addin.follow_up.money import commitment_pages, compartment_pages
from dotpop_addin.follow_up.objective import objective_pages
from dotpop_addin.follow_up.pace import pace_pages
from dotpop_addin.follow_up.perimeter import essential_page, perimeter_page
from dotpop_addin.follow_up.planned import notice_pages, planned_pages
from dotpop_addin.follow_up.sheets import Sheets
from dotpop_addin.sheets.page import Page


def pages(sheets: Sheets) -> list[Page]:
    """Every page of a follow-up."""
    objective, path = objective_pages(sheets)
    return [
        essential_page(sheets, path, objective[0].name),
        *planned_pages(sheets),
        *index_pages(sheets),
        *objective,
        *compartment_pages(sheets),
        *commitment_pages(sheets),
        *inequality_pages(sheets),
        *notice_pages(sheets),
        *pace_pages(sheets),
        perimeter_page(sheets),
    ]
