"""Stand-in for PDDikti Neo Feeder: universities' students behind one endpoint with acts."""
