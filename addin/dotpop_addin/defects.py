"""An error nobody foresaw: a French sentence for the user, and the trace in a file for whoever maintains the program."""

import tempfile
import traceback


def told(error: Exception) -> str:
    """Keeps the trace in a file and says where; nothing of it reaches the user."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", prefix="dotpop-", delete=False, encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    return f"Défaut du programme ({type(error).__name__}). Rien n'a été écrit à moitié. Détail à transmettre : {file.name}"
