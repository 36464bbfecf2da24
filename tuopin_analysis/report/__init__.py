"""How it is shown: tables, figures, sentences, pages and the batch that makes them."""
