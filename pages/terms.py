"""Words that pages show but that come from elsewhere, marked for the catalogue: they reach ``_()`` as values."""

from pages.language import N_

POPULATIONS = {
    "autoimmune": N_("Autoimmune disease"),
    "bleeding": N_("Bleeding tendency"),
    "dehydration": N_("Dehydration"),
    "depression": N_("Depression"),
    "diabetes": N_("Diabetes"),
    "fertility": N_("Wish to have a child"),
    "g6pd": N_("G6PD deficiency (favism)"),
    "gallstones": N_("Gallstones"),
    "glaucoma": N_("Glaucoma"),
    "heart": N_("Heart disease"),
    "hormone_sensitive": N_("Hormone-sensitive cancer or condition"),
    "hypertension": N_("High blood pressure"),
    "hypokalaemia": N_("Low potassium"),
    "hypotension": N_("Low blood pressure"),
    "kidney": N_("Kidney disease"),
    "liver": N_("Liver disease"),
    "obstruction": N_("Narrowing of the gut or trouble swallowing"),
    "reflux": N_("Reflux"),
    "seizure": N_("Epilepsy or seizures"),
    "stomach": N_("Weak or sensitive stomach"),
    "thyroid": N_("Thyroid disease"),
    "transplant": N_("Organ transplant"),
    "ulcer": N_("Gastritis or ulcer"),
}
"""What a patient may belong to that the safety gate minds (``domain.gate.POPULATIONS``), as people say it."""

DOSES = (
    N_("g"), N_("mg"), N_("mL"), N_("fruit"), N_("oral"),
    N_("capsule"), N_("cold macerate"), N_("decoction"), N_("distillate"), N_("enteric capsule"),
    N_("essential oil capsule"), N_("extract"), N_("extract (curcumin)"), N_("extract (trial range)"), N_("food"),
    N_("fresh"), N_("gel"), N_("infusion"), N_("juice"), N_("pill"), N_("powder"), N_("powder (adaptogen)"),
    N_("powder (low range)"), N_("powder (trial range)"), N_("whole fruit"), N_("whole seed"),
    N_("water, at least 150 mL for each 5 g"), N_("with Armenian clay"),
)  # fmt: skip
"""Units, routes, preparations and vehicles of the documented doses; other words stay as they were written."""

TYPED_DOSES = (
    N_("dry extract"), N_("oil"), N_("ointment"), N_("syrup"), N_("tablet"), N_("tea"), N_("tincture"),
    N_("drops"), N_("mcg"), N_("topical"), N_("rectal"), N_("inhaled"),
)  # fmt: skip
"""What people type into a dose line that no dose is documented for: preparations, units and routes."""

WARNING_SIGNS = (
    N_("Call emergency help now and stop every herb: possible severe allergy."),
    N_("Call emergency help now: a sick small child."),
    N_("Call emergency help now: possible aconite poisoning, also from an unnamed product."),
    N_("Call emergency help now: possible heart emergency."),
    N_("Call emergency help now: possible severe infection."),
    N_("Call emergency help now: possible shock."),
    N_("Call emergency help now: possible stroke or seizure."),
    N_("Call emergency help now: trouble breathing."),
    N_("Call the poison centre or emergency help now."),
    N_("Measure again and refer at once: unstable vital signs."),
    N_("Refer at once and stop herbs that act on bleeding."),
    N_("Refer at once: bleeding from the gut."),
    N_("Refer at once: blood sugar emergency."),
    N_("Refer at once: loss of consciousness."),
    N_("Refer at once: possible surgical emergency."),
    N_("Refer for examination before any herb."),
    N_("Refer to the maternity ward at once."),
    N_("Stay with the person and call the crisis line or emergency help now."),
    N_("Stop every herb and test the kidneys today, also after any unknown slimming product."),
    N_("Stop every herb and test the liver today; within six months of a new herb think of liver injury (RUCAM)."),
    N_("Stop licorice and measure potassium and blood pressure today."),
)
"""What the knowledge base advises where a complaint holds a warning sign."""

REFUSALS = (
    N_("the first day of the last period is yet to come"),
    N_("This recommendation is approved already."),
    N_("This recommendation is stopped already."),
    N_("Input should be greater than or equal to 0"),
    N_("Input should be greater than or equal to 1900-01-01"),
    N_("Input should be less than or equal to 10"),
    N_("String should have at least 1 character"),
    N_("String should have at most 200 characters"),
    N_("String should have at most 2000 characters"),
)
"""What the domain and Pydantic answer to a form, where the sentence is not written out in the source."""

PARTS = (
    N_("alcoholic extract"), N_("alcoholic mixture"), N_("any part"), N_("aril"), N_("bark"), N_("berry"), N_("bile"),
    N_("bone"), N_("bulb"), N_("calcined metal or mineral"), N_("capsule"), N_("corm"), N_("defatted seed powder"),
    N_("dried beetle"), N_("dried fruit"), N_("dried insect"), N_("dried leaf latex"), N_("essential oil"), N_("faeces"),
    N_("fermented mass"), N_("fermented rice"), N_("fermented seed"), N_("flower"), N_("flower and leaf"), N_("flower bud"),
    N_("flower head"), N_("frond"), N_("fruit"), N_("fruit of three"), N_("fruit peel"), N_("fruit pulp"), N_("fruit rind"),
    N_("fruit spike"), N_("gelatin of the hide"), N_("herb"), N_("herb and oil"), N_("herb, dried"), N_("herb, fresh"),
    N_("herb, seed or root"), N_("honey"), N_("horn"), N_("husk"), N_("immature fruit"), N_("leaf"), N_("leaf and root"),
    N_("leaf and seed"), N_("leaf extract"), N_("leaf gel"), N_("leaf oil"), N_("leaf with flower"), N_("mineral"),
    N_("mineral preparation"), N_("pearl"), N_("peel"), N_("petal"), N_("prepared root"), N_("prepared root tuber"),
    N_("processed lateral root"), N_("processed mother root"), N_("processed root"), N_("processed seed"),
    N_("processed tuber"), N_("purified resin"), N_("raw lateral root"), N_("raw mother root"), N_("raw resin"),
    N_("raw root"), N_("raw root tuber"), N_("raw root, dried"), N_("raw root, fresh"), N_("raw seed"), N_("raw tuber"),
    N_("resin"), N_("resin of bees"), N_("rhizome"), N_("rhizome and root"), N_("rhizome, dried"), N_("rhizome, fresh"),
    N_("root"), N_("root and berry"), N_("root and leaf"), N_("root and rhizome"), N_("root and rhizome, honey-fried"),
    N_("root bark"), N_("root fried with vinegar"), N_("root or flower"), N_("root tuber"), N_("root with bark"),
    N_("scales"), N_("sclerotium"), N_("secretion"), N_("seed"), N_("seed and husk"), N_("seed gum"), N_("shell"),
    N_("steamed root"), N_("stem"), N_("stem shavings"), N_("stem with hooks"), N_("stem with leaf"), N_("stigma"),
    N_("strobile"), N_("thallus"), N_("tuber"), N_("twig"), N_("unripe fruit"), N_("venom"),
)  # fmt: skip
"""Parts of plants, animals and minerals that herbs and doses name; other words stay as they were written."""
