"""What every page needs: theme, base templates, route guards, sealed fields, the way to agencies, languages."""
