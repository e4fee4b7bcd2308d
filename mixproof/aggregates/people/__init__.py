"""Tables of people that are to leave the house: read, made safe by disclosure control, and written with what is hidden."""
