"""Who was chosen for the smart-city lists, and whose regulations are known."""
