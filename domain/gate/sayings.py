"""What people write, in English and Persian, for the conditions and classes of medicines that the rows speak of."""

from collections.abc import Mapping

from domain.knowledge import fold

POPULATIONS = (
    "autoimmune", "bleeding", "dehydration", "depression", "diabetes", "fertility", "g6pd", "gallstones", "glaucoma", "heart",
    "hormone_sensitive", "hypertension", "hypokalaemia", "hypotension", "kidney", "liver", "obstruction", "reflux", "seizure",
    "stomach", "thyroid", "transplant", "ulcer",
)  # fmt: skip
"""What ``Profile.conditions`` may name; a population that only the knowledge base knows is accepted too."""

_POPULATIONS_SAID = {
    "pregnancy": (
        "pregnant, expecting a baby, first trimester, second trimester, third trimester, باردار, بارداری, حامله, حاملگی"
    ),
    "lactation": ("lactating, breastfeeding, breast feeding, nursing mother, شیرده, شیردهی, شیر می دهد, شیر می دهم"),
    "hypertension": (
        "high blood pressure, raised blood pressure, hypertensive, htn, "
        "فشار خون بالا, فشارخون بالا, پرفشاری خون, فشار خون دارم, فشار خون دارد"
    ),
    "hypotension": ("low blood pressure, hypotensive, فشار خون پایین, فشارخون پایین, افت فشار"),
    "kidney": ("renal, kidneys, nephropathy, nephritis, nephrotic, dialysis, ckd, کلیه, کلیوی, دیالیز, نارسایی کلیه"),
    "liver": ("hepatic, hepatitis, cirrhosis, cholestasis, fatty liver, nafld, کبد, کبدی, هپاتیت, سیروز"),
    "heart": (
        "cardiac, arrhythmia, atrial fibrillation, angina, coronary, cardiomyopathy, bradycardia, heart "
        "attack, "
        "قلب, قلبی, آریتمی, نارسایی قلب"
    ),
    "bleeding": (
        "haemophilia, hemophilia, bleeding disorder, thrombocytopenia, low platelets, von willebrand, bleeds "
        "easily, "
        "خونریزی, خون ریزی, هموفیلی, پلاکت پایین, انعقادی"
    ),
    "seizure": ("epilepsy, epileptic, seizures, convulsion, convulsions, fits, صرع, تشنج"),
    "diabetes": ("diabetic, high blood sugar, type 2 dm, t2dm, t1dm, دیابت, دیابتی, قند خون, مرض قند"),
    "thyroid": (
        "hypothyroidism, hyperthyroidism, hypothyroid, hyperthyroid, hashimoto, hashimotos, graves, goitre, goiter, "
        "تیروئید, تیرویید, کم کاری تیروئید, پرکاری تیروئید, هاشیموتو"
    ),
    "hormone_sensitive": (
        "breast cancer, ovarian cancer, endometrial cancer, uterine cancer, prostate cancer, endometriosis, "
        "fibroids, hormone receptor positive, hormone dependent, oestrogen sensitive, estrogen sensitive, "
        "سرطان پستان, سرطان سینه, سرطان تخمدان, سرطان رحم, اندومتریوز, فیبروم"
    ),
    "autoimmune": (
        "lupus, multiple sclerosis, rheumatoid, rheumatoid arthritis, crohn, crohns, ulcerative colitis, "
        "psoriasis, myasthenia gravis, coeliac, celiac, hashimoto, hashimotos, graves, "
        "خودایمنی, خود ایمنی, لوپوس, ام اس, روماتیسم, روماتوئید, کرون, پسوریازیس"
    ),
    "transplant": ("transplanted, transplantation, organ recipient, graft, پیوند, پیوند کلیه, پیوند کبد, پیوند عضو"),
    "gallstones": (
        "gallstone, gall stones, gallbladder stones, cholelithiasis, biliary colic, سنگ کیسه صفرا, سنگ صفرا"
    ),
    "glaucoma": ("raised eye pressure, high eye pressure, گلوکوم, آب سیاه, فشار چشم"),
    "hypokalaemia": ("hypokalemia, low potassium, پتاسیم پایین, کمبود پتاسیم"),
    "reflux": ("gerd, gord, acid reflux, heartburn, رفلاکس, سوزش سر دل, ترش کردن"),
    "ulcer": ("peptic ulcer, gastric ulcer, duodenal ulcer, stomach ulcer, زخم معده, زخم اثنی عشر"),
    "stomach": ("gastritis, weak stomach, dyspepsia, gastric, معده, ورم معده, گاستریت"),
    "obstruction": (
        "bowel obstruction, ileus, stricture, narrowing of the gut, trouble swallowing, dysphagia, "
        "انسداد روده, تنگی روده, اشکال در بلع"
    ),
    "depression": ("depressed, depressive, افسردگی, افسرده"),
    "dehydration": ("dehydrated, کم آبی, کم آب شدن"),
    "fertility": ("trying to conceive, trying for a baby, planning pregnancy, infertility, ivf, ناباروری, قصد بارداری"),
    "g6pd": ("favism, glucose 6 phosphate dehydrogenase, فاویسم, باقلا"),
    "menses": (
        "menstruating, menstruation, heavy periods, heavy menstrual bleeding, menorrhagia, قاعدگی, پریود, عادت ماهانه"
    ),
}
_CLASSES_SAID = {
    "anticoagulant": (
        "blood thinner, blood thinners, anticoagulants, doac, noac, رقیق کننده خون, رقیق کننده ی خون, ضد انعقاد"
    ),
    "antiplatelet": (
        "blood thinner, blood thinners, antiplatelets, anti platelet, رقیق کننده خون, رقیق کننده ی خون, ضد پلاکت"
    ),
    "antihypertensive": (
        "blood pressure medicine, blood pressure tablet, blood pressure pill, blood pressure medication, bp "
        "tablet, bp medicine, bp meds, antihypertensives, "
        "داروی فشار خون, قرص فشار خون, قرص فشار, داروی فشار"
    ),
    "diuretic": ("water pill, water tablet, water pills, water tablets, diuretics, ادرارآور, مدر, داروی مدر"),
    "hypoglycaemic": (
        "diabetes medicine, diabetes tablet, diabetes pill, sugar tablet, sugar pill, antidiabetic, "
        "antidiabetics, oral hypoglycaemic, oral hypoglycemic, "
        "قرص قند, داروی قند, داروی دیابت, قرص دیابت"
    ),
    "insulin": ("insulins, انسولین"),
    "sedative": (
        "sleeping pill, sleeping pills, sleeping tablet, sleeping tablets, sedatives, tranquilliser, "
        "tranquilizer, "
        "قرص خواب, خواب آور, آرام بخش, آرامبخش"
    ),
    "benzodiazepine": ("benzodiazepines, benzo, benzos, بنزودیازپین"),
    "antidepressant": ("antidepressants, depression tablet, depression medicine, ضد افسردگی, داروی افسردگی, قرص اعصاب"),
    "ssri": ("ssris, serotonin reuptake inhibitor"),
    "neuroleptic": ("antipsychotic, antipsychotics, ضد روان پریشی"),
    "anticonvulsant": ("antiepileptic, antiepileptics, epilepsy medicine, anticonvulsants, ضد تشنج, داروی صرع"),
    "statin": (
        "statins, cholesterol tablet, cholesterol pill, cholesterol medicine, استاتین, قرص چربی, داروی چربی خون"
    ),
    "beta_blocker": ("beta blockers, betablocker, بتابلوکر, بتا بلاکر"),
    "ace_inhibitor": ("ace inhibitors, acei"),
    "corticosteroid": ("steroid, steroids, cortisone, corticosteroids, کورتون, کورتیزون"),
    "immunosuppressant": (
        "immunosuppressants, immune suppressant, immunosuppressive, anti rejection, سرکوب کننده ایمنی"
    ),
    "oral_contraceptive": (
        "the pill, contraceptive, contraceptive pill, birth control, oral contraceptives, "
        "قرص ضد بارداری, قرص جلوگیری, ضد بارداری"
    ),
    "nsaid": ("nsaids, anti inflammatory, antiinflammatory, painkiller, painkillers, pain killer, ضد التهاب, مسکن"),
    "opioid": ("opioids, opiate, opiates"),
    "antibiotic": ("antibiotics, آنتی بیوتیک, چرک خشک کن"),
    "antihistamine": ("antihistamines, allergy tablet, allergy pill, آنتی هیستامین, قرص حساسیت"),
    "thyroid_hormone": ("thyroid tablet, thyroid pill, thyroid medicine, قرص تیروئید, داروی تیروئید"),
    "endocrine_therapy": ("hormone treatment for cancer, hormone therapy for cancer, هورمون درمانی سرطان"),
}


def _apart(sayings: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    return {one: tuple(fold(saying) for saying in said.split(",")) for one, said in sayings.items()}


POPULATIONS_SAID = _apart(_POPULATIONS_SAID)
"""Population as the rows name it → what people write for it (folded); a word of it ("renal failure") is enough."""
CLASSES_SAID = _apart(_CLASSES_SAID)
"""Class as ``drugs.csv`` names it → what people write for it (folded). One saying may mean several: all are checked."""

NO_MORE_THAN_A_FORM = frozenset(
    fold(
        "tablet tablets tab tabs capsule capsules cap caps pill pills syrup injection injections inhaler cream ointment gel "
        "patch pen "
        "drops spray suppository solution suspension xr sr er cr mr ec la xl retard low dose baby daily once twice "
        "otc over the counter "
        "generic oral sodium mg mcg g ml iu units day week weekly night at in a morning prn bd od tds needed as per "
        "every h hours since for food meal meals "
        "sometimes occasionally "
        "قرص کپسول شربت آمپول قطره اسپری پماد ژل روزانه روزی شب صبح بار در روز عدد میلی گرم بدون نسخه گاهی"
    ).split()
)
"""Words around the name of a medicine that do not change which one it is ("Aspirin EC 75 mg tablets", "قرص وارفارین")."""
