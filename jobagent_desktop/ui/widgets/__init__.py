"""Small widgets that every page uses. They paint by the palette and hold no knowledge of jobs."""
