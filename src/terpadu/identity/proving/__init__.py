"""Who somebody is: the NIK matched with the population register, and an official who saw the person."""
