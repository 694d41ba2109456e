"""业务协同: the offices write to each other. Articles 57–61. Its tables come with its stage."""
