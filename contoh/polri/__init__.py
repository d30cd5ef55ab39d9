"""Stand-in for two systems of Polri: driving licences (Korlantas) with the tests before them, and personnel."""
