"""Routes of claims, under `/p/<slug>/registry/`, and the public ones, under `/public/<slug>/claims/`."""

from django.urls import URLPattern, path

from wayhome.registry.views import claim_families, claim_parts, claims, claims_public

urlpatterns: list[URLPattern] = [
    path("claims/", claims.board, name="claims"),
    path("claims/new/", claims.new, name="claim_new"),
    path("claims/<int:number>/", claims.claim, name="claim"),
    path("claims/<int:number>/receipt/", claims.receipt, name="claim_receipt"),
    path("claims/<int:number>/correct/", claims.correct, name="claim_correct"),
    path("claims/<int:number>/steps/<slug:step>/", claims.step, name="claim_step"),
    path("claims/<int:number>/occupants/<int:pk>/", claim_parts.occupant, name="claim_occupant"),
    path("claims/<int:number>/matches/<int:pk>/", claim_parts.link_judge, name="claim_link"),
    path("claims/evidence/<int:pk>/check/", claim_parts.evidence_check, name="claim_evidence_check"),
    path("claims/evidence/<int:pk>/file/", claims.evidence_file, name="claim_evidence_file"),
    path("claims/delivery/", claim_parts.delivery, name="claim_delivery"),
    path("claims/delivery/<int:pk>/<slug:mark>/", claim_parts.notice_mark, name="claim_notice_mark"),
    path("claims/families/", claim_families.families, name="claim_families"),
    path("claims/families/<int:number>/", claim_families.family, name="claim_family"),
    path("claims/families/<int:number>/steps/<slug:step>/", claim_families.family_step, name="claim_family_step"),
    path("claims/samples/", claim_families.samples, name="claim_samples"),
    path("claims/samples/<int:number>/", claim_families.sample, name="claim_sample"),
    path("claims/samples/<int:number>/<int:claim>/", claim_families.sampled, name="claim_sampled"),
    path("claims/figures/", claims_public.figures, name="claim_figures"),
    path("claims/settings/", claims_public.switches, name="claims_settings"),
]
public_urlpatterns: list[URLPattern] = [
    path("", claims_public.public_figures, name="claims_public"),
    path("mine/", claims_public.lookup, name="claim_lookup"),
]
