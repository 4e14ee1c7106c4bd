"""Who is who: records of people, in any script, to scored and explained pairs and to persons.

The names a caller needs: `run.run`, `types.LinkingData`, `types.Params`, `types.Judgement`, `types.Result`, `errors.LinkingError`,
`output.write`. Nothing is imported here, so that a page which only shows words loads no model."""
