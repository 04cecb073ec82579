/* The system's OpenSSL 3, and the macros of it that Swift cannot import. */
#ifndef SLUICE_COPENSSL_SHIM_H
#define SLUICE_COPENSSL_SHIM_H
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Contexts: settings that OpenSSL offers as macros over SSL_CTX_ctrl. */

static inline int sluice_ctx_set_versions(SSL_CTX *ctx, int least, int most) {
    return SSL_CTX_set_min_proto_version(ctx, least)
        && SSL_CTX_set_max_proto_version(ctx, most);
}
static inline int sluice_ctx_set_groups(SSL_CTX *ctx, const char *list) {
    return (int)SSL_CTX_set1_groups_list(ctx, list);
}
static inline void sluice_ctx_set_mode(SSL_CTX *ctx, long mode) {
    SSL_CTX_set_mode(ctx, mode);
}
static inline void sluice_ctx_clear_options(SSL_CTX *ctx, uint64_t options) {
    SSL_CTX_clear_options(ctx, options);
}
static inline void sluice_ctx_set_session_cache_mode(SSL_CTX *ctx, long mode) {
    SSL_CTX_set_session_cache_mode(ctx, mode);
}
static inline void sluice_ctx_set_read_ahead(SSL_CTX *ctx, int on) {
    SSL_CTX_set_read_ahead(ctx, on);
}
static inline void sluice_ctx_set_servername_callback(
    SSL_CTX *ctx, int (*callback)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(ctx, callback);
    SSL_CTX_set_tlsext_servername_arg(ctx, argument);
}
static inline void sluice_ctx_set_ticket_callback(
    SSL_CTX *ctx,
    int (*callback)(SSL *, unsigned char *, unsigned char *, EVP_CIPHER_CTX *, EVP_MAC_CTX *, int)) {
    SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, callback);
}
static inline int sluice_ssl_set_host_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

/* Option and mode words whose macros Swift does not see as numbers. */

static inline uint64_t sluice_option_no_renegotiation(void) { return SSL_OP_NO_RENEGOTIATION; }
static inline uint64_t sluice_option_no_compression(void) { return SSL_OP_NO_COMPRESSION; }
static inline uint64_t sluice_option_server_preference(void) {
    return SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA;
}

/* Stacks and tagged unions. */

static inline STACK_OF(X509) *sluice_x509_stack_new(void) { return sk_X509_new_null(); }
static inline int sluice_x509_stack_push(STACK_OF(X509) *stack, X509 *certificate) {
    return sk_X509_push(stack, certificate);
}
static inline void sluice_x509_stack_free(STACK_OF(X509) *stack) {
    sk_X509_pop_free(stack, X509_free);
}
static inline GENERAL_NAMES *sluice_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}
static inline int sluice_names_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}
/* The DNS name at this place, or NULL if another kind of name stands there. */
static inline const ASN1_STRING *sluice_names_dns(const GENERAL_NAMES *names, int index) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    return name != NULL && name->type == GEN_DNS ? name->d.dNSName : NULL;
}
/* The bytes of the IP address at this place, or NULL if another kind of name stands there. */
static inline const ASN1_STRING *sluice_names_address(const GENERAL_NAMES *names, int index) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    return name != NULL && name->type == GEN_IPADD ? name->d.iPAddress : NULL;
}

/* Keys and certificates: variadic functions and typed hash tables. */

static inline EVP_PKEY *sluice_generate_key_p256(void) { return EVP_EC_gen("P-256"); }
static inline X509_EXTENSION *sluice_make_extension(X509 *certificate, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    return X509V3_EXT_conf_nid(NULL, &context, nid, value);
}

/* Gives the key and the digest to the MAC of a session ticket. */
static inline int sluice_ticket_mac_set_key(EVP_MAC_CTX *mac, const unsigned char *key, size_t count) {
    OSSL_PARAM parameters[3];
    parameters[0] = OSSL_PARAM_construct_octet_string(
        OSSL_MAC_PARAM_KEY, (void *)key, count);
    parameters[1] = OSSL_PARAM_construct_utf8_string(
        OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0);
    parameters[2] = OSSL_PARAM_construct_end();
    return EVP_MAC_CTX_set_params(mac, parameters);
}
#endif
