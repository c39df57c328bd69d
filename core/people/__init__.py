"""People, their employments and families: dated facts, a person apart from his employments."""
