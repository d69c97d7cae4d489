//! The words from which generated names, addresses and notes are composed. Any change alters all generated
//! data.
//!
//! Lists of single words skip rustfmt, which would write one word per line.

/// The first names of customers.
#[rustfmt::skip]
pub const FIRST_NAMES: &[&str] = &[
    "Ada", "Aisha", "Alejandro", "Amara", "Anders", "Anna", "Arjun", "Astrid", "Beatriz", "Björn", "Carlos",
    "Charlotte", "Chidi", "Chloé", "Dagny", "Daniel", "Elena", "Elif", "Emeka", "Emma", "Fatima", "Felix",
    "Fiona", "François", "Freya", "Gabriela", "Grace", "Hana", "Hassan", "Hugo", "Ingrid", "Isla", "Ivan",
    "James", "Jana", "João", "Jun", "Kaito", "Katarzyna", "Keira", "Lars", "Layla", "Leon", "Linh", "Lucía",
    "Magnus", "Maja", "Marek", "María", "Mateo", "Mei", "Milan", "Nadia", "Nia", "Noah", "Nora", "Olga",
    "Oliver", "Omar", "Oskar", "Paula", "Pedro", "Priya", "Rafael", "Rosa", "Ruth", "Samir", "Sofia", "Sven",
    "Tariq", "Teresa", "Tomás", "Uma", "Vera", "Viktor", "Wei", "Yara", "Yusuf", "Zoë", "Zuzana",
];

/// The last names of customers.
#[rustfmt::skip]
pub const LAST_NAMES: &[&str] = &[
    "Abebe", "Almeida", "Andersson", "Bauer", "Becker", "Bianchi", "Brontë", "Carvalho", "Castro", "Chen",
    "Clarke", "Costa", "Dahl", "Diallo", "Dubois", "Eriksen", "Fernández", "Ferrari", "Fischer", "Fontaine",
    "García", "Grant", "Haddad", "Hansen", "Hoffmann", "Horváth", "Hughes", "Ibrahim", "Ito", "Jansen",
    "Jensen", "Kaya", "Keller", "Khan", "Kim", "Kowalski", "Kumar", "Larsen", "Lefèvre", "Lindqvist", "López",
    "Marino", "Martin", "Mbeki", "Meyer", "Moreau", "Müller", "Murphy", "Nakamura", "Navarro", "Nguyen",
    "Nielsen", "Novák", "Nowak", "Okafor", "Okonkwo", "Olsen", "Papadopoulos", "Park", "Patel", "Pereira",
    "Petrov", "Quinn", "Ramos", "Rossi", "Ruiz", "Sato", "Schmidt", "Silva", "Singh", "Smith", "Sørensen",
    "Suzuki", "Tanaka", "Taylor", "Tran", "Vargas", "Virtanen", "Walker", "Weber", "Wright", "Yılmaz",
    "Zhang",
];

/// The first words of company names.
#[rustfmt::skip]
pub const COMPANY_NAMES: &[&str] = &[
    "Alder", "Amber", "Anchor", "Beacon", "Birch", "Bluebell", "Bramble", "Canal", "Cedar", "Compass",
    "Corner", "Daybreak", "Elm", "Ferry", "Foxglove", "Granary", "Harbour", "Hazel", "Heron", "Juniper",
    "Kestrel", "Lantern", "Larch", "Lighthouse", "Linden", "Magpie", "Maple", "Meadow", "Mill", "Moorland",
    "North", "Old Town", "Orchard", "Pebble", "Quay", "Riverside", "Rowan", "Saffron", "Station", "Thistle",
    "Tidewater", "Wharf", "Willow", "Wren",
];

/// The last words of company names.
#[rustfmt::skip]
pub const COMPANY_KINDS: &[&str] = &[
    "Bakery", "Bistro", "Bookshop", "Café", "Catering", "Coffee Roasters", "Cookery School", "Co-operative",
    "Delicatessen", "Design Studio", "Farm Shop", "Florists", "Gallery", "Guest House", "Hardware", "Hotel",
    "Interiors", "Kitchen", "Market", "Pottery", "Press", "Provisions", "Restaurant", "School", "Stationers",
    "Tea House", "Trading", "Wholesale", "Workshop",
];

/// The street names of addresses.
#[rustfmt::skip]
pub const STREETS: &[&str] = &[
    "Bridge Street", "Chapel Lane", "Church Road", "Corn Market", "Dock Road", "Garden Row", "Green Lane",
    "High Street", "Hill Rise", "Kiln Yard", "King's Parade", "Linden Avenue", "Long Acre", "Mill Lane",
    "Museum Street", "Orchard Way", "Park Road", "Poplar Avenue", "Quayside", "River Walk", "School Lane",
    "South Terrace", "Spring Gardens", "Station Road", "The Crescent", "Tower Street", "Vine Court",
    "Water Lane", "West Gate", "Windmill Hill",
];

/// City, country, post code with `#` for each digit, and prefix of telephone numbers.
pub const CITIES: &[(&str, &str, &str, &str)] = &[
    ("Amsterdam", "Netherlands", "10## AB", "+31"),
    ("Barcelona", "Spain", "080##", "+34"),
    ("Bergen", "Norway", "50##", "+47"),
    ("Bristol", "United Kingdom", "BS# #QT", "+44"),
    ("Chicago", "United States", "606##", "+1"),
    ("Copenhagen", "Denmark", "2###", "+45"),
    ("Dublin", "Ireland", "D0# E###", "+353"),
    ("Edinburgh", "United Kingdom", "EH# #NG", "+44"),
    ("Ghent", "Belgium", "90##", "+32"),
    ("Graz", "Austria", "80##", "+43"),
    ("Hamburg", "Germany", "20###", "+49"),
    ("Helsinki", "Finland", "00##0", "+358"),
    ("Kraków", "Poland", "3#-###", "+48"),
    ("Leeds", "United Kingdom", "LS# #DP", "+44"),
    ("Leipzig", "Germany", "041##", "+49"),
    ("Lisbon", "Portugal", "1###-###", "+351"),
    ("Lyon", "France", "6900#", "+33"),
    ("Malmö", "Sweden", "21# ##", "+46"),
    ("Melbourne", "Australia", "30##", "+61"),
    ("Portland", "United States", "972##", "+1"),
    ("Prague", "Czechia", "1## 00", "+420"),
    ("Toronto", "Canada", "M#B #K#", "+1"),
    ("Turin", "Italy", "101##", "+39"),
    ("Zürich", "Switzerland", "80##", "+41"),
];

/// The domains of e-mail addresses, all of them reserved for examples.
pub const MAIL_DOMAINS: &[&str] =
    &["letterbox.example", "mail.example", "pigeon.example", "post.example", "quill.example"];

/// The notes about customers.
pub const CUSTOMER_NOTES: &[&str] = &[
    "Pays within 14 days.",
    "Prefers e-mail to the telephone.",
    "Closed on Mondays; deliver from Tuesday to Friday.",
    "Asks for a printed invoice.",
    "Deliveries to the back entrance.",
    "Met at the spring fair.",
];

/// The notes about orders.
pub const ORDER_NOTES: &[&str] = &[
    "Please leave with a neighbour.",
    "Gift wrap, and no invoice in the parcel.",
    "Call before delivery.",
    "Deliver before noon.",
    "Second attempt; the first parcel came back.",
    "For the anniversary: not later than Friday.\nThank you!",
];

/// The reasons orders are cancelled.
pub const CANCEL_REASONS: &[&str] = &[
    "The customer changed their mind.",
    "Ordered twice by mistake.",
    "Delivery would have taken too long.",
    "Payment was not received.",
];

/// Reasons for a return.
pub const RETURN_REASONS: &[&str] = &[
    "The item arrived damaged.",
    "The colour is not as expected.",
    "The item does not fit.",
    "The wrong item was sent.",
];

/// A family of similar products.
pub struct Family {
    /// The prefix of the SKUs.
    pub code: &'static str,
    /// The materials or makes, which are the first part of a name.
    pub makes: &'static [&'static str],
    /// The kinds of product, which are the second part of a name.
    pub things: &'static [&'static str],
    /// The sizes or variants, which are the last part of a name.
    pub sizes: &'static [&'static str],
    /// The lowest and the highest price, without decimals.
    pub price: (i32, i32),
}

/// The families that products are generated from.
pub const FAMILIES: &[Family] = &[
    Family {
        code: "KIT",
        makes: &["Beech", "Cast Iron", "Copper", "Enamel", "Oak", "Olive Wood", "Stainless Steel"],
        things: &[
            "Casserole",
            "Colander",
            "Frying Pan",
            "Kettle",
            "Ladle",
            "Mixing Bowl",
            "Saucepan",
            "Tray",
        ],
        sizes: &["small", "medium", "large", "18 cm", "24 cm", "28 cm"],
        price: (9, 180),
    },
    Family {
        code: "TBL",
        makes: &["Bone China", "Crystal", "Glazed", "Porcelain", "Recycled Glass", "Speckled", "Stoneware"],
        things: &["Bowl", "Carafe", "Cup", "Dinner Plate", "Jug", "Mug", "Tumbler", "Vase"],
        sizes: &["single", "set of 2", "set of 4", "set of 6"],
        price: (5, 90),
    },
    Family {
        code: "LIN",
        makes: &["Brushed Cotton", "Linen", "Merino", "Organic Cotton", "Striped", "Waffle", "Woven"],
        things: &["Apron", "Blanket", "Cushion", "Napkin", "Pillowcase", "Tablecloth", "Tea Towel", "Throw"],
        sizes: &["natural", "indigo", "moss", "rust", "charcoal"],
        price: (6, 140),
    },
    Family {
        code: "PAP",
        makes: &["A4", "A5", "Dotted", "Hardback", "Pocket", "Recycled", "Ruled"],
        things: &["Address Book", "Calendar", "Diary", "Notebook", "Planner", "Sketchbook", "Writing Pad"],
        sizes: &["black", "green", "red", "grey", "kraft"],
        price: (3, 35),
    },
    Family {
        code: "TEA",
        makes: &["Assam", "Ceylon", "Chamomile", "Darjeeling", "Jasmine", "Oolong", "Peppermint", "Sencha"],
        things: &["Loose Leaf", "Tea Bags", "Gift Tin", "Sampler"],
        sizes: &["50 g", "100 g", "250 g", "1 kg"],
        price: (4, 48),
    },
    Family {
        code: "LGT",
        makes: &["Adjustable", "Brass", "Clip-on", "Frosted", "Industrial", "Rattan", "Smoked Glass"],
        things: &["Desk Lamp", "Floor Lamp", "Lantern", "Pendant", "Reading Light", "Wall Light"],
        sizes: &["white", "black", "brass", "sage"],
        price: (19, 320),
    },
    Family {
        code: "GRD",
        makes: &["Ash", "Carbon Steel", "Galvanised", "Hand-forged", "Terracotta", "Zinc"],
        things: &["Bird Feeder", "Hand Fork", "Planter", "Pruner", "Spade", "Trowel", "Watering Can"],
        sizes: &["small", "standard", "large", "extra large"],
        price: (7, 110),
    },
];

/// The descriptions of products.
pub const DESCRIPTIONS: &[&str] = &[
    "Made to order in small batches.",
    "Packed without plastic.",
    "Dishwasher safe.",
    "Comes with a two-year guarantee.",
    "A favourite since we opened.",
    "Slight variations are part of the charm.",
    "Designed in-house.",
];
