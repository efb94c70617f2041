#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace premura {

// Keys and certificates for tests, made on the spot.
using TestKey = std::shared_ptr<EVP_PKEY>;

inline TestKey new_test_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

inline std::string key_pem(const TestKey& key) {
    const std::shared_ptr<BIO> memory{BIO_new(BIO_s_mem()), BIO_free};
    PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

// A certificate for localhost that signs itself and holds for an hour.
inline std::string certificate_pem(const TestKey& key, long serial) {
    const std::shared_ptr<X509> made{X509_new(), X509_free};
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    X509_NAME* name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_sign(made.get(), key.get(), EVP_sha256());
    const std::shared_ptr<BIO> memory{BIO_new(BIO_s_mem()), BIO_free};
    PEM_write_bio_X509(memory.get(), made.get());
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

}  // namespace premura
