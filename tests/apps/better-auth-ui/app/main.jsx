// The published sign-in pages, in an application that has nothing else: ours are the front page and the way between pages.
import { passkeyClient } from '@better-auth/passkey/client';
import { AccountView, AuthUIProvider, AuthView } from '@daveyplate/better-auth-ui';
import { emailOTPClient, magicLinkClient, twoFactorClient } from 'better-auth/client/plugins';
import { createAuthClient } from 'better-auth/react';
import React, { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Toaster } from 'sonner';
import './main.css';

const authClient = createAuthClient({
  baseURL: location.origin,
  plugins: [twoFactorClient(), magicLinkClient(), emailOTPClient(), passkeyClient()],
});

function go(to, method) {
  history[method]({}, '', to);
  dispatchEvent(new PopStateEvent('popstate'));
}

function Link({ href, children, ...rest }) {
  const follow = (event) => {
    event.preventDefault();
    go(href, 'pushState');
  };
  return (
    <a href={href} onClick={follow} {...rest}>
      {children}
    </a>
  );
}

function Home() {
  const { data, isPending } = authClient.useSession();
  if (isPending) return null;
  if (!data) return <a href="/auth/sign-in">Sign in</a>;
  return (
    <main>
      <p data-testid="who">
        Signed in as <b>{data.user.email}</b>
      </p>
      <Link href="/auth/sign-out">Sign out</Link>
    </main>
  );
}

function App() {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const update = () => setPath(location.pathname);
    addEventListener('popstate', update);
    return () => removeEventListener('popstate', update);
  }, []);
  return (
    <AuthUIProvider
      authClient={authClient}
      navigate={(to) => go(to, 'pushState')}
      replace={(to) => go(to, 'replaceState')}
      Link={Link}
      redirectTo="/"
      baseURL={location.origin}
      credentials={{ forgotPassword: true }}
      signUp
      twoFactor={['otp', 'totp']}
      magicLink
      emailOTP
      passkey
    >
      <Toaster />
      {path.startsWith('/auth/') ? (
        <main style={{ display: 'grid', placeItems: 'center', padding: '3rem' }}>
          <AuthView pathname={path} />
        </main>
      ) : path.startsWith('/account/') ? (
        <main style={{ padding: '3rem' }}>
          <AccountView pathname={path} />
        </main>
      ) : (
        <Home />
      )}
    </AuthUIProvider>
  );
}

createRoot(document.getElementById('root')).render(<App />);
