//! What is said in Turkish. Brands stay without a suffix, as a suffix would change the word.

use super::Grammar;

pub(crate) static TURKISH: Grammar = Grammar {
    code: "tr",
    positive: &[
        "{b} ile {t} {i} {g}",
        "{w} {b} denedim, gerçekten {g}",
        "hiç beklemiyordum ama {b} günümü kurtardı",
        "{b} hiç fena değil, {t} {g}",
    ],
    negative: &[
        "{b} {i} {x}",
        "{b} ile {t} {w} {x}",
        "bir daha asla {b}. {t} {x}",
        "{b} güzel olur sandım ama {t} {g} değil, {x}",
        "yine boşa giden bir gün, teşekkürler {b}",
    ],
    neutral: &[
        "{w} {b} ile",
        "{w} yeni {b} reklamını gördüm",
        "{b} gelecek ay {t} için değişiklik yapıyor",
        "ablam {b} ofisinin yanında oturuyor",
    ],
    question: &[
        "{b} rezervasyonumu nasıl değiştirebilirim?",
        "{b} {w} açık mı, bilen var mı?",
        "merhaba {b}, {t} ne zaman düzelecek?",
        "{b} sizde de çalışmıyor mu?",
    ],
    complaint: &[
        "{b} üç saattir bekliyorum, kimse cevap vermiyor, {x}",
        "{b} benden iki kez para aldınız ve {t} hâlâ çalışmıyor",
        "{b} hâlâ paramı iade etmedi, {i} {x}",
        "{b} neden {t} her zaman {x}?",
    ],
    suggestion: &[
        "{b} uygulamaya {t} eklemeli",
        "{b} önceden haber verse iyi olurdu",
        "{b} için bir öneri: {t} için önceden ödeme",
    ],
    compliment: &[
        "teşekkürler {b}, {t} {i} {g}",
        "{b} ekibine çok teşekkürler, {w} {g}",
        "tebrikler {b}, {t} her gün daha iyi",
    ],
    versus: &["{b} {g}, {r} {x}", "{r} yerine {b} seçtim, geri dönmem"],
    chatter: &[
        "{w} ne maçtı",
        "pazardan beri yağmur yağıyor",
        "{w} mercimek çorbası yaptım, {i} {g}",
        "uyuyamayan başka kim var?",
        "kitap bitti, sonu {x}",
        "önce kahve, sonra gerisi",
    ],
    replies: &["bende de aynı", "katılıyorum", "bende öyle olmadı", "çok güldüm", "aradın mı?"],
    care: &[
        "çok üzgünüz. Lütfen rezervasyon kodunuzu özel mesajla gönderin.",
        "haber verdiğiniz için teşekkürler, hemen bakıyoruz.",
    ],
    news: &[
        "{b} rekor bir çeyrek açıkladı",
        "{b} şikâyetler sonrası baskı altında",
        "Yeni kurallar {b} için ne değiştiriyor",
    ],
    things: [
        &["uçuş", "biniş", "koltuk", "bagaj", "kabin ekibi"],
        &["şebeke", "fatura", "modem", "tarife", "destek hattı"],
    ],
    good: &["harika", "mükemmel", "çok güzel", "süper", "muhteşem"],
    bad: &["berbat", "rezalet", "korkunç", "felaket", "çok kötü"],
    intense: &["gerçekten", "inanılmaz", "tam anlamıyla"],
    when: &["bugün", "bu sabah", "dün gece", "dün", "pazartesi"],
    openers: &["yani", "of", "açıkçası", "vay,"],
    bios: &["çay, kitap, deniz", "fikirlerim değişir", "futbol için buradayım"],
    names: &["Sessiz Liman", "Kağıt Ay", "Mavi Fincan"],
};
