"""What the briefing says of the money: a verdict, its reason and what to do, one function a verdict."""
