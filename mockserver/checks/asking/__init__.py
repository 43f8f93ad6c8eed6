"""Choose what to ask: axes and their covering array, refusals, histories, edges and draws."""
