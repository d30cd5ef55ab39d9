"""Stand-in for AHU (Kementerian Hukum): who owns or runs a company?"""
